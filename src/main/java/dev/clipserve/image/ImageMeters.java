package dev.clipserve.image;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** How long the steps of preparing an image take, also those that fail. */
final class ImageMeters {

    private final Map<ImageFormat, Timer> decode = new EnumMap<>(ImageFormat.class);
    private final Timer preprocess;

    ImageMeters(MeterRegistry registry, Collection<ImageFormat> formats) {
        for (ImageFormat format : formats) {
            decode.put(
                    format,
                    Timer.builder("clipserve.image.decode")
                            .description("Time to decode an image, waiting for its turn not included")
                            .tag("format", format.wireName())
                            .register(registry));
        }
        preprocess = Timer.builder("clipserve.image.preprocess")
                .description("Time to resize, crop and normalize a decoded image")
                .register(registry);
    }

    <T> T decode(ImageFormat format, Supplier<T> work) {
        return record(Objects.requireNonNull(decode.get(format)), work);
    }

    <T> T preprocess(Supplier<T> work) {
        return record(preprocess, work);
    }

    private static <T> T record(Timer timer, Supplier<T> work) {
        return Objects.requireNonNull(timer.record(work));
    }
}
