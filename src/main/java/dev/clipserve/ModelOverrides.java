package dev.clipserve;

import dev.clipserve.ClipServeProperties.Batching;
import dev.clipserve.ClipServeProperties.Model;
import dev.clipserve.clip.Precision;
import dev.clipserve.onnx.ExecutionProvider.Arithmetic;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.Set;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * One of several models, under {@code clipserve.models.NAME}: where it is, and what it has otherwise than
 * {@code clipserve.model} and {@code clipserve.batching} say. The components mean what they mean there.
 *
 * @param path the folder of a model bundle, or a model of a hub; the model that ships with the service where it is left
 *     out
 * @param batching the model's own queues
 */
public record ModelOverrides(
        @Nullable String path,
        @Nullable Precision precision,
        ClipServeProperties.@Nullable Provider provider,
        @Nullable @Size(min = 1) Set<@Min(0) Integer> devices,
        @Nullable @SizeRange(min = "0B") DataSize deviceMemory,
        @Nullable Arithmetic deviceMath,
        @Nullable @Min(0) @Max(1024) Integer threads,
        @Nullable @Min(0) @Max(1024) Integer parallelRuns,
        @DefaultValue @Valid QueueOverrides batching) {

    /** Queues as {@code clipserve.batching} says. */
    static final QueueOverrides NO_QUEUES = new QueueOverrides(null, null, null, null, null, null, null);

    /** What the queues of one model have otherwise than {@code clipserve.batching} says. */
    public record QueueOverrides(
            @Nullable @Min(0) @Max(1024) Integer maxImages,
            @Nullable @Min(0) @Max(1024) Integer maxTexts,
            @Nullable @DurationMin @DurationMax(days = 365) Duration maxDelay,

            @Nullable @DurationMin(millis = 100) @DurationMax(days = 365)
            Duration maxRunTime,

            @Nullable @Min(1) Integer maxWaitingImages,
            @Nullable @Min(1) Integer maxWaitingTexts,
            @Nullable @SizeRange(min = "1B") DataSize maxWaitingSize) {

        Batching over(Batching shared) {
            return new Batching(
                    or(maxImages, shared.maxImages()),
                    or(maxTexts, shared.maxTexts()),
                    or(maxDelay, shared.maxDelay()),
                    or(maxRunTime, shared.maxRunTime()),
                    or(maxWaitingImages, shared.maxWaitingImages()),
                    or(maxWaitingTexts, shared.maxWaitingTexts()),
                    or(maxWaitingSize, shared.maxWaitingSize()));
        }
    }

    Model over(Model shared) {
        return new Model(
                path,
                or(precision, shared.precision()),
                or(provider, shared.provider()),
                or(devices, shared.devices()),
                or(deviceMemory, shared.deviceMemory()),
                or(deviceMath, shared.deviceMath()),
                shared.engineCache(),
                or(threads, shared.threads()),
                or(parallelRuns, shared.parallelRuns()),
                shared.graphCache());
    }

    private static <T> T or(@Nullable T own, T shared) {
        return own == null ? shared : own;
    }
}
