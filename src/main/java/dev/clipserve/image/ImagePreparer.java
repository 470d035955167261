package dev.clipserve.image;

import dev.clipserve.batching.Deadline;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/** Image bytes → pixel values, within the limits of one image and the budget of all. */
public final class ImagePreparer {

    /** Raised whenever the same bytes and the same {@link Preprocessing} begin to give other pixel values. */
    public static final int VERSION = 1;

    private final ImageDecoder decoder;
    private final Duration timeout;
    private final DecodeBudget budget;
    private final ImagePreprocessor preprocessor;
    private final ImageMeters meters;

    public ImagePreparer(
            ImageLimits limits, DecodeBudget budget, ImagePreprocessor preprocessor, MeterRegistry registry) {
        this.decoder = new ImageDecoder(limits);
        this.timeout = limits.decodeTimeout();
        this.budget = budget;
        this.preprocessor = preprocessor;
        this.meters = new ImageMeters(registry, limits.formats());
    }

    /**
     * Decodes and preprocesses one image; its memory is reserved until the pixel values are all that is left of it.
     *
     * @param deadline until when it is of use; what has not begun then does not begin
     * @throws InvalidImageException if the bytes cannot be used
     * @throws dev.clipserve.batching.QueueFullException if too much is waiting to be decoded
     * @throws java.util.concurrent.CompletionException with a {@link java.util.concurrent.TimeoutException} when the
     *     deadline passes first
     */
    public PreparedImage prepare(byte[] bytes, Deadline deadline) {
        EncodedImage image = decoder.open(bytes);
        ImageDecoder.requireMemory(image, budget.bytes());
        ImageMeters.Steps steps = meters.of(image.format());
        try {
            return budget.spend(image.decodeBytes(), deadline, timeout, () -> {
                RgbImage pixels = steps.decode().time(() -> decoder.decode(image, preprocessor::reads));
                PixelValues values = steps.preprocess().time(() -> preprocessor.preprocess(pixels));
                return new PreparedImage(image.format(), pixels.width(), pixels.height(), values);
            });
        } finally {
            steps.record();
        }
    }
}
