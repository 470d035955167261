package dev.clipserve.image;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
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

    /** The steps of one image. */
    Steps of(ImageFormat format) {
        return new Steps(new Step(Objects.requireNonNull(decode.get(format))), new Step(preprocess));
    }

    /** Timed by whoever does them, and recorded by whoever asked: an exemplar is of the recording thread's span. */
    record Steps(Step decode, Step preprocess) {

        void record() {
            decode.record();
            preprocess.record();
        }
    }

    /** A step that is done at most once. */
    static final class Step {

        private static final long NOT_DONE = -1;

        private final Timer timer;
        private volatile long nanos = NOT_DONE;

        private Step(Timer timer) {
            this.timer = timer;
        }

        <T> T time(Supplier<T> work) {
            long start = System.nanoTime();
            try {
                return work.get();
            } finally {
                nanos = System.nanoTime() - start;
            }
        }

        private void record() {
            long taken = nanos;
            if (taken != NOT_DONE) {
                timer.record(taken, TimeUnit.NANOSECONDS);
            }
        }
    }
}
