package dev.clipserve.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.api.ImageSource;
import dev.clipserve.api.ProblemException;
import dev.clipserve.api.RequestLimits;
import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.clip.BundleFiles;
import dev.clipserve.clip.ClipModel;
import dev.clipserve.clip.EngineSettings;
import dev.clipserve.clip.EngineSettings.Tower;
import dev.clipserve.clip.ImageEmbedder;
import dev.clipserve.clip.ModelBundle;
import dev.clipserve.clip.Precision;
import dev.clipserve.image.DecodeBudget;
import dev.clipserve.image.ImageFormat;
import dev.clipserve.image.ImageLimits;
import dev.clipserve.image.ImagePreparer;
import dev.clipserve.image.ImagePreprocessor;
import dev.clipserve.onnx.ExecutionProvider;
import dev.clipserve.onnx.GraphCache;
import dev.clipserve.zeroshot.CanaryCheck;
import dev.clipserve.zeroshot.LabelEncoder;
import dev.clipserve.zeroshot.LabelLimits;
import dev.clipserve.zeroshot.Scoring;
import dev.clipserve.zeroshot.TemplateEnsemble;
import dev.clipserve.zeroshot.TemplatePresets;
import dev.clipserve.zeroshot.ZeroShotClassifier;
import dev.clipserve.zeroshot.ZeroShotModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.function.Supplier;

/** What fuzz targets that read requests have in common: limits, a model, and what holds of each refusal. */
public final class ReadRequests {

    public static final RequestLimits LIMITS = new RequestLimits(1 << 20, 8, 100, 200, 10, 500, 1_000);

    /** The model that ships; readers ask it for no more than its name, templates and scoring. */
    public static final ZeroShotModel MODEL = model();

    private static final int LONGEST_DETAIL = 1_500;

    /** What readers take for any body; a megabyte and some has been seen. */
    private static final int BUFFERS = 1 << 22;

    private ReadRequests() {}

    /**
     * What is read from a body, the same each time and in memory that goes by its length.
     *
     * @param reading the request in words, or {@link #readable(String) readable} words of why there is none
     */
    public static void require(byte[] bytes, Supplier<String> reading) {
        String first = Allocation.within(300L * bytes.length + BUFFERS, reading);
        assertThat(reading.get()).isEqualTo(first);
    }

    /** The bytes of an image, or why there are none. */
    public static String unpacked(ImageSource image) {
        try {
            return image instanceof ImageSource.Given given ? Arrays.toString(given.bytes()) : image.toString();
        } catch (ProblemException problem) {
            return readable(problem);
        }
    }

    /** A problem's detail, which has to be one that the caller can be told. */
    public static String readable(ProblemException problem) {
        assertThat(problem.problem().status()).isBetween(400, 499);
        return readable(problem.problem().detail());
    }

    /** The detail of a problem that is one once it is handled. */
    public static String readable(String detail) {
        assertThat(detail).isNotBlank().hasSizeLessThan(LONGEST_DETAIL).doesNotContain("Exception", "java.", "jackson");
        assertThat(LabelLimits.wellFormed(detail)).as(detail).isTrue();
        return detail;
    }

    private static ZeroShotModel model() {
        var meters = new SimpleMeterRegistry();
        var tower = new Tower(ExecutionProvider.Cpu.leastMemory(1, 1), new BatchPolicy(1, 1, 1 << 20, Duration.ZERO));
        var bundle = ModelBundle.read(new BundleFiles.Embedded("models/mini-clip"), Precision.FP32);
        ClipModel clip = ClipModel.load(bundle, new EngineSettings(tower, tower, GraphCache.none()), meters);
        var limits = new ImageLimits(1 << 20, 1 << 16, Duration.ofSeconds(5), EnumSet.allOf(ImageFormat.class));
        var preparer = new ImagePreparer(
                limits, new DecodeBudget(1, 1 << 24), new ImagePreprocessor(bundle.preprocessing()), meters);
        var images = new ImageEmbedder(preparer, clip.images(), 0, meters);
        var labels = new LabelEncoder(clip.texts(), 0, meters);
        var classifier = new ZeroShotClassifier(bundle.logitScale(), Scoring.SOFTMAX);
        return new ZeroShotModel(
                bundle.name(),
                clip,
                images,
                labels,
                classifier,
                new TemplatePresets(TemplateEnsemble.of(bundle.templates())),
                new CanaryCheck(bundle, images, labels, classifier));
    }
}
