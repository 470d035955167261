package dev.clipserve;

import dev.clipserve.api.RequestLimits;
import dev.clipserve.clip.Precision;
import dev.clipserve.image.ImageFormat;
import dev.clipserve.onnx.ExecutionProvider.Arithmetic;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings under {@code clipserve.*}; the service refuses to start when one is out of range.
 *
 * @param model which model runs, and on what; with several, what each has that does not say otherwise
 * @param models several models, by the names that requests call them; what one does not say it has from clipserve.model
 *     and clipserve.batching
 * @param defaultModel the one of several models that answers requests which name none; needed where there are several
 * @param batching how concurrent requests share runs
 * @param image what an image may be
 * @param limits how much one request may ask for
 * @param labelCache label embeddings that are kept
 * @param imageCache image embeddings that are kept
 * @param labelSets named lists of labels
 * @param urls images that requests name by URL
 * @param access who may ask, and how often
 * @param hub where models come from that are named and not in a folder
 * @param playground the page to try the service out
 * @param canary how often models are asked what their bundles know
 */
@Validated
@ConfigurationProperties("clipserve")
public record ClipServeProperties(
        @DefaultValue @Valid Model model,
        @DefaultValue Map<String, @Valid ModelOverrides> models,
        @Nullable String defaultModel,
        @DefaultValue @Valid Batching batching,
        @DefaultValue @Valid Image image,
        @DefaultValue @Valid Limits limits,
        @DefaultValue @Valid LabelCache labelCache,
        @DefaultValue @Valid ImageCache imageCache,
        @DefaultValue @Valid @NestedConfigurationProperty LabelSetProperties labelSets,
        @DefaultValue @Valid @NestedConfigurationProperty UrlProperties urls,
        @DefaultValue @Valid @NestedConfigurationProperty AccessProperties access,
        @DefaultValue @Valid @NestedConfigurationProperty HubProperties hub,
        @DefaultValue @Valid Playground playground,
        @DefaultValue @Valid Canary canary) {

    private static final String FP16_ELSEWHERE =
            "only TensorRT computes in fp16; elsewhere a graph of that precision does";

    @AssertTrue(message = "with several models, clipserve.default-model must name one of clipserve.models")
    boolean isDefaultModelThere() {
        return defaultModel == null ? models.size() < 2 : models.containsKey(defaultModel);
    }

    @AssertTrue(message = "clipserve.model.path is for a single model; with clipserve.models give each its own path")
    boolean isPathOfSingleModel() {
        return models.isEmpty() || model.path() == null;
    }

    @AssertTrue(message = FP16_ELSEWHERE)
    boolean isDeviceMathOfEachProvider() {
        return models.values().stream().map(own -> own.over(model)).allMatch(Model::isDeviceMathOfProvider);
    }

    /** The hardware that runs the encoders. */
    public enum Provider {
        CPU,
        CUDA,
        TENSORRT
    }

    /**
     * Which model runs, and on what.
     *
     * @param path the folder of a model bundle, or a model of a hub such as hf:OWNER/NAME; the model that ships where
     *     it is left out
     * @param precision the arithmetic of the model's graphs, one that the bundle has
     * @param provider what runs the encoders; CUDA and TensorRT need a build for GPUs
     * @param devices the GPUs, by their numbers
     * @param deviceMemory memory that each encoder may take of each GPU; 0 for no limit
     * @param deviceMath how GPUs multiply the floats of a float32 graph; fp16 is for TensorRT only
     * @param engineCache the folder where TensorRT's engines are kept; empty for nowhere
     * @param threads processor threads of each encoder; 0 for one a core
     * @param parallelRuns runs of an encoder at the same time: on the processor they share its threads, 0 for as many
     *     as threads; on GPUs so many on each, 0 for 2
     * @param graphCache the folder where graphs are kept as optimized for this processor; empty for nowhere
     */
    public record Model(
            @Nullable String path,
            @DefaultValue("fp32") Precision precision,
            @DefaultValue("cpu") Provider provider,
            @DefaultValue("0") @NotEmpty Set<@Min(0) Integer> devices,
            @DefaultValue("0") @SizeRange(min = "0B") DataSize deviceMemory,
            @DefaultValue("fp32") Arithmetic deviceMath,
            @DefaultValue("") String engineCache,
            @DefaultValue("0") @Min(0) @Max(1024) int threads,
            @DefaultValue("0") @Min(0) @Max(1024) int parallelRuns,
            @DefaultValue("") String graphCache) {

        /** Called where {@code clipserve.model} itself is given a value, which would leave no room for the others. */
        @SuppressWarnings("DoNotCallSuggester") // Spring's conversion does, by its name.
        public static Model valueOf(String model) {
            throw new IllegalArgumentException("write clipserve.model.path=" + model);
        }

        @AssertTrue(message = FP16_ELSEWHERE)
        boolean isDeviceMathOfProvider() {
            return deviceMath != Arithmetic.FP16 || provider == Provider.TENSORRT;
        }
    }

    /**
     * How concurrent requests share runs.
     *
     * @param maxImages images of one run; 0 for 8 on the processor, 32 on a GPU
     * @param maxTexts texts of one run; 0 for 32 on the processor, 256 on a GPU
     * @param maxDelay how long a run may wait for images that are being decoded, while other runs are under way
     * @param maxRunTime how long a run may take before it is given up as hung
     * @param maxWaitingImages images that may wait for a run, one caller's up to three quarters; more are refused with
     *     503
     * @param maxWaitingTexts texts that may wait for a run, one caller's up to three quarters; more are refused with
     *     503
     * @param maxWaitingSize memory that waiting images, and waiting texts, may hold; more are refused with 503
     */
    public record Batching(
            @DefaultValue("0") @Min(0) @Max(1024) int maxImages,
            @DefaultValue("0") @Min(0) @Max(1024) int maxTexts,

            @DefaultValue("20ms") @DurationMin @DurationMax(days = 365)
            Duration maxDelay,

            @DefaultValue("15s") @DurationMin(millis = 100) @DurationMax(days = 365)
            Duration maxRunTime,

            @DefaultValue("256") @Min(1) int maxWaitingImages,
            @DefaultValue("20000") @Min(1) int maxWaitingTexts,
            @DefaultValue("64MB") @SizeRange(min = "1B") DataSize maxWaitingSize) {}

    /**
     * What an image may be; told from its header before anything is decoded.
     *
     * @param maxSize bytes of one image
     * @param maxPixels width × height of one image
     * @param decodeTimeout how long decoding one image may take
     * @param formats the formats that are decoded
     * @param concurrency images that are decoded at the same time; 0 for one a core
     */
    public record Image(
            @DefaultValue("20MB") @SizeRange(min = "1B") DataSize maxSize,
            @DefaultValue("32000000") @Min(1) long maxPixels,

            @DefaultValue("5s") @DurationMin(millis = 1) @DurationMax(days = 365)
            Duration decodeTimeout,

            @DefaultValue({"jpeg", "png", "gif", "webp", "bmp", "tiff"}) @NotEmpty
            Set<ImageFormat> formats,

            @DefaultValue("0") @Min(0) @Max(1024) int concurrency) {}

    /**
     * How much one request may ask for.
     *
     * @param maxBodySize bytes of a request's body, all images together
     * @param maxImages images in a request
     * @param maxLabels labels in a request
     * @param maxTextLength characters of a label or template
     * @param maxTemplates templates in a request, each of a preset counted
     * @param maxPrompts labels × templates in a request
     * @param maxPairs images × texts, or images × labels, in an answer; in one of /classify, top makes them fewer
     * @param maxTime how long an answer may take; what waits longer is dropped and answered with 504
     * @param maxUploadTime how long sending a body may take; slow clients are cut off
     * @param maxExchangeTime how long a request and its answer may take in all, from the first byte to the last; then
     *     the connection is closed
     */
    public record Limits(
            @DefaultValue("32MB") @SizeRange(min = "1B") DataSize maxBodySize,
            @DefaultValue("64") @Min(1) int maxImages,
            @DefaultValue("10000") @Min(1) int maxLabels,
            @DefaultValue("2000") @Min(1) int maxTextLength,
            @DefaultValue("100") @Min(1) int maxTemplates,
            @DefaultValue("20000") @Min(1) int maxPrompts,
            @DefaultValue("100000") @Min(1) int maxPairs,

            @DefaultValue("30s") @DurationMin(millis = 1) @DurationMax(days = 365)
            Duration maxTime,

            @DefaultValue("60s") @DurationMin(millis = 1) @DurationMax(days = 365)
            Duration maxUploadTime,

            @DefaultValue("3m") @DurationMin(millis = 1) @DurationMax(days = 365)
            Duration maxExchangeTime) {

        RequestLimits ofRequests() {
            return new RequestLimits(
                    maxBodySize.toBytes(), maxImages, maxLabels, maxTextLength, maxTemplates, maxPrompts, maxPairs);
        }
    }

    /**
     * Label embeddings that are kept, so that a label is encoded once and a list of labels assembled once.
     *
     * @param maxSize memory for label embeddings that are kept, half for single labels, half for whole lists
     */
    public record LabelCache(
            @DefaultValue("64MB") @SizeRange(min = "0B") DataSize maxSize) {}

    /**
     * Image embeddings that are kept, so that an image that comes again is neither decoded nor encoded.
     *
     * @param maxSize memory for embeddings of images that come again; 0 for none
     */
    public record ImageCache(
            @DefaultValue("32MB") @SizeRange(min = "0B") DataSize maxSize) {}

    /**
     * The page at {@code /} to try the service out.
     *
     * @param enabled whether the page to try the service out is at /
     */
    public record Playground(@DefaultValue("true") boolean enabled) {}

    /**
     * The question that each bundle knows the answer of.
     *
     * @param interval how often it is asked while the answer is right; 0 for at the start only
     * @param retry how often it is asked while it is wrong
     */
    public record Canary(
            @DefaultValue("1m") @DurationMin @DurationMax(days = 365)
            Duration interval,

            @DefaultValue("5s") @DurationMin(millis = 1) @DurationMax(days = 365)
            Duration retry) {}
}
