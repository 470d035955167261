package dev.clipserve;

import dev.clipserve.api.BodyAdmissionFilter;
import dev.clipserve.api.RequestDeadlines;
import dev.clipserve.api.RequestIdFilter;
import dev.clipserve.api.RequestLimits;
import dev.clipserve.api.TomcatLimits;
import dev.clipserve.clip.BundleFiles;
import dev.clipserve.clip.ClipModel;
import dev.clipserve.clip.ImageEmbedder;
import dev.clipserve.clip.ModelBundle;
import dev.clipserve.image.DecodeBudget;
import dev.clipserve.image.ImageLimits;
import dev.clipserve.image.ImagePreparer;
import dev.clipserve.image.ImagePreprocessor;
import dev.clipserve.zeroshot.CanaryCheck;
import dev.clipserve.zeroshot.LabelEncoder;
import dev.clipserve.zeroshot.TemplateEnsemble;
import dev.clipserve.zeroshot.TemplatePresets;
import dev.clipserve.zeroshot.ZeroShotClassifier;
import dev.clipserve.zeroshot.ZeroShotModel;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.MultipartConfigElement;
import java.nio.file.Path;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the service: the only place that makes its parts. */
@Configuration(proxyBeanMethods = false)
class ClipServeConfiguration {

    /** The model that ships inside the jar. */
    private static final BundleFiles EMBEDDED = new BundleFiles.Embedded("models/mini-clip");

    @Bean
    ModelBundle modelBundle(ClipServeProperties properties) {
        Path path = properties.model().path();
        BundleFiles files = path == null ? EMBEDDED : new BundleFiles.Folder(path);
        return ModelBundle.read(files, properties.model().precision());
    }

    @Bean
    ClipModel clipModel(ModelBundle bundle, ClipServeProperties properties, MeterRegistry registry) {
        return ClipModel.load(bundle, EngineConfiguration.settings(properties), registry);
    }

    @Bean
    ImagePreparer imagePreparer(ModelBundle bundle, ClipServeProperties properties) {
        var image = properties.image();
        var limits =
                new ImageLimits(image.maxSize().toBytes(), image.maxPixels(), image.decodeTimeout(), image.formats());
        return new ImagePreparer(
                limits,
                new DecodeBudget(
                        orCores(image.concurrency()), Runtime.getRuntime().maxMemory() / 2),
                new ImagePreprocessor(bundle.preprocessing()));
    }

    @Bean
    ImageEmbedder imageEmbedder(
            ImagePreparer preparer, ClipModel model, ClipServeProperties properties, MeterRegistry registry) {
        return new ImageEmbedder(
                preparer, model.images(), properties.imageCache().maxSize().toBytes(), registry);
    }

    @Bean
    ZeroShotModel zeroShotModel(
            ClipModel model, ImageEmbedder images, ClipServeProperties properties, MeterRegistry registry) {
        return new ZeroShotModel(
                model.bundle().name(),
                images,
                new LabelEncoder(
                        model.texts(), properties.labelCache().maxSize().toBytes(), registry),
                new ZeroShotClassifier(model.bundle().logitScale()),
                new TemplatePresets(templates(model.bundle())));
    }

    @Bean
    CanaryCheck canaryCheck(ZeroShotModel model, ModelBundle bundle) {
        return new CanaryCheck(model, templates(bundle));
    }

    private static TemplateEnsemble templates(ModelBundle bundle) {
        return TemplateEnsemble.of(bundle.templates());
    }

    @Bean
    RequestLimits requestLimits(ClipServeProperties properties) {
        var limits = properties.limits();
        return new RequestLimits(
                limits.maxBodySize().toBytes(),
                limits.maxImages(),
                limits.maxLabels(),
                limits.maxTextLength(),
                limits.maxTemplates(),
                limits.maxPrompts());
    }

    @Bean
    RequestDeadlines requestDeadlines(ClipServeProperties properties) {
        return new RequestDeadlines(properties.limits().maxTime());
    }

    /** Forms stay in memory, whose use the admission bounds; nothing of a request is written to disk. */
    @Bean
    MultipartConfigElement multipartConfig(RequestLimits limits) {
        int inMemory = (int) Math.min(Integer.MAX_VALUE, limits.maxBodyBytes());
        return new MultipartConfigElement("", limits.maxBodyBytes(), limits.maxBodyBytes(), inMemory);
    }

    @Bean
    TomcatLimits tomcatLimits(RequestLimits limits) {
        return new TomcatLimits(limits);
    }

    @Bean
    RequestIdFilter requestIdFilter() {
        return new RequestIdFilter();
    }

    @Bean
    BodyAdmissionFilter bodyAdmissionFilter(RequestLimits limits) {
        return new BodyAdmissionFilter(
                limits.maxBodyBytes(), Runtime.getRuntime().maxMemory() / 4);
    }

    static int orCores(int configured) {
        return configured > 0 ? configured : Runtime.getRuntime().availableProcessors();
    }
}
