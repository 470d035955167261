package dev.clipserve;

import dev.clipserve.api.BodyAdmissionFilter;
import dev.clipserve.api.RequestDeadlines;
import dev.clipserve.api.RequestIdFilter;
import dev.clipserve.api.RequestLimits;
import dev.clipserve.api.TomcatLimits;
import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.clip.BundleFiles;
import dev.clipserve.clip.ClipModel;
import dev.clipserve.clip.EngineSettings;
import dev.clipserve.clip.EngineSettings.Tower;
import dev.clipserve.clip.ImageEmbedder;
import dev.clipserve.clip.ModelBundle;
import dev.clipserve.image.DecodeBudget;
import dev.clipserve.image.ImageLimits;
import dev.clipserve.image.ImagePreparer;
import dev.clipserve.image.ImagePreprocessor;
import dev.clipserve.onnx.ExecutionProvider;
import dev.clipserve.onnx.ExecutionProvider.Cpu;
import dev.clipserve.onnx.GraphCache;
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
        var batching = properties.batching();
        long waitingBytes = batching.maxWaitingSize().toBytes();
        String cache = properties.model().graphCache();
        var settings = new EngineSettings(
                new Tower(
                        imageProvider(properties.model()),
                        new BatchPolicy(batching.maxImages(), batching.maxWaitingImages(), waitingBytes)),
                new Tower(
                        textProvider(properties.model()),
                        new BatchPolicy(batching.maxTexts(), batching.maxWaitingTexts(), waitingBytes)),
                cache.isBlank() ? GraphCache.none() : GraphCache.in(Path.of(cache)));
        return ClipModel.load(bundle, settings, registry);
    }

    private static ExecutionProvider imageProvider(ClipServeProperties.Model model) {
        int threads = orCores(model.threads());
        return switch (model.provider()) {
            case CPU -> Cpu.shortestAnswer(threads, parallelRuns(model, threads));
            case CUDA -> new ExecutionProvider.Cuda(model.device());
        };
    }

    /** Labels come in lists and are remembered: a text is seldom alone, and a second session not worth its memory. */
    private static ExecutionProvider textProvider(ClipServeProperties.Model model) {
        int threads = orCores(model.threads());
        return switch (model.provider()) {
            case CPU -> Cpu.leastMemory(threads, parallelRuns(model, threads));
            case CUDA -> new ExecutionProvider.Cuda(model.device());
        };
    }

    private static int parallelRuns(ClipServeProperties.Model model, int threads) {
        return model.parallelRuns() > 0 ? model.parallelRuns() : threads;
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

    private static int orCores(int configured) {
        return configured > 0 ? configured : Runtime.getRuntime().availableProcessors();
    }
}
