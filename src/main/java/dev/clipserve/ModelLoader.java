package dev.clipserve;

import dev.clipserve.ClipServeProperties.Batching;
import dev.clipserve.ClipServeProperties.Model;
import dev.clipserve.clip.BundleFiles;
import dev.clipserve.clip.ClipModel;
import dev.clipserve.clip.ImageEmbedder;
import dev.clipserve.clip.ModelBundle;
import dev.clipserve.clip.Precision;
import dev.clipserve.image.DecodeBudget;
import dev.clipserve.image.ImageLimits;
import dev.clipserve.image.ImagePreparer;
import dev.clipserve.image.ImagePreprocessor;
import dev.clipserve.zeroshot.CanaryCheck;
import dev.clipserve.zeroshot.LabelEncoder;
import dev.clipserve.zeroshot.Models;
import dev.clipserve.zeroshot.Scoring;
import dev.clipserve.zeroshot.TemplateEnsemble;
import dev.clipserve.zeroshot.TemplatePresets;
import dev.clipserve.zeroshot.ZeroShotClassifier;
import dev.clipserve.zeroshot.ZeroShotModel;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.util.unit.DataSize;

/** Loads the configured models. Each has its own encoders, queues and caches; all share one budget for decoding. */
final class ModelLoader {

    private final ClipServeProperties properties;
    private final ImageLimits limits;
    private final DecodeBudget budget;
    private final MeterRegistry registry;
    private final ModelPlaces places;

    ModelLoader(ClipServeProperties properties, MeterRegistry registry, ModelPlaces places) {
        var image = properties.image();
        this.properties = properties;
        this.limits =
                new ImageLimits(image.maxSize().toBytes(), image.maxPixels(), image.decodeTimeout(), image.formats());
        this.budget = new DecodeBudget(
                EngineChoice.orCores(image.concurrency()), Runtime.getRuntime().maxMemory() / 2);
        this.registry = registry;
        Gauge.builder("clipserve.image.waiting", budget, DecodeBudget::waiting)
                .description("Images that wait to be decoded")
                .baseUnit("images")
                .register(registry);
        Gauge.builder("clipserve.image.hung", budget, DecodeBudget::hung)
                .description("Threads that hang in a decode that was given up")
                .baseUnit("threads")
                .register(registry);
        this.places = places;
    }

    /** All models; when one cannot be loaded, those before it are closed again. */
    Models load() {
        List<ZeroShotModel> loaded = new ArrayList<>();
        try {
            if (properties.models().isEmpty()) {
                loaded.add(load(Optional.empty(), properties.model(), properties.batching()));
            }
            for (Map.Entry<String, ModelOverrides> entry : properties.models().entrySet()) {
                ModelOverrides own = entry.getValue();
                loaded.add(load(
                        Optional.of(entry.getKey()),
                        own.over(properties.model()),
                        own.batching().over(properties.batching())));
            }
            String main = properties.defaultModel();
            return new Models(loaded, main == null ? loaded.getFirst().name() : main);
        } catch (RuntimeException | Error e) {
            try {
                Models.closeAll(loaded);
            } catch (RuntimeException unclosed) {
                e.addSuppressed(unclosed);
            }
            throw e;
        }
    }

    /**
     * One model alone, for one caller who bounds by himself how much waits.
     *
     * @param model where its bundle is; left out, the model that answers who names none
     * @param precision left out, the configured one
     */
    ZeroShotModel loadAlone(Optional<String> model, Optional<Precision> precision) {
        String name = properties.defaultModel();
        if (name == null && !properties.models().isEmpty()) {
            name = properties.models().keySet().iterator().next();
        }
        ModelOverrides named = name == null ? null : properties.models().get(name);
        Model configured = named == null ? properties.model() : named.over(properties.model());
        String path = model.orElse(configured.path());
        Model settings = new ModelOverrides(
                        path, precision.orElse(null), null, null, null, null, null, null, ModelOverrides.NO_QUEUES)
                .over(configured);
        Batching batching =
                named == null ? properties.batching() : named.batching().over(properties.batching());
        Optional<String> alias = model.isPresent() ? Optional.empty() : Optional.ofNullable(name);
        return load(alias, settings, unlimited(batching));
    }

    private static Batching unlimited(Batching batching) {
        return new Batching(
                batching.maxImages(),
                batching.maxTexts(),
                batching.maxDelay(),
                batching.maxRunTime(),
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                DataSize.ofBytes(Long.MAX_VALUE));
    }

    private ZeroShotModel load(Optional<String> alias, Model settings, Batching batching) {
        BundleFiles files = places.find(settings.path(), settings.precision());
        ModelBundle bundle = ModelBundle.read(files, settings.precision());
        String name = alias.orElse(bundle.name());
        MeterRegistry meters = tagged(registry, name);
        ClipModel clip = ClipModel.load(bundle, EngineChoice.settings(settings, batching), meters);
        try {
            return around(clip, name, meters);
        } catch (RuntimeException | Error e) {
            clip.close();
            throw e;
        }
    }

    /** A loaded model's caches and rules, of which the bundle or the settings may ask what cannot be. */
    private ZeroShotModel around(ClipModel clip, String name, MeterRegistry meters) {
        ModelBundle bundle = clip.bundle();
        var preparer = new ImagePreparer(limits, budget, new ImagePreprocessor(bundle.preprocessing()), meters);
        var images = new ImageEmbedder(
                preparer, clip.images(), properties.imageCache().maxSize().toBytes(), meters);
        var labels =
                new LabelEncoder(clip.texts(), properties.labelCache().maxSize().toBytes(), meters);
        var classifier =
                new ZeroShotClassifier(bundle.logitScale(), bundle.sigmoid() ? Scoring.INDEPENDENT : Scoring.SOFTMAX);
        return new ZeroShotModel(
                name,
                clip,
                images,
                labels,
                classifier,
                new TemplatePresets(templates(bundle)),
                new CanaryCheck(bundle, images, labels, classifier));
    }

    private static TemplateEnsemble templates(ModelBundle bundle) {
        try {
            return TemplateEnsemble.of(bundle.templates());
        } catch (IllegalArgumentException e) {
            throw bundle.fault(String.valueOf(e.getMessage()));
        }
    }

    /** The registry, seen by one model: whatever is registered through it says whose it is. */
    static MeterRegistry tagged(MeterRegistry registry, String model) {
        var tagged = new CompositeMeterRegistry();
        tagged.config().commonTags("model", model);
        tagged.add(registry);
        return tagged;
    }
}
