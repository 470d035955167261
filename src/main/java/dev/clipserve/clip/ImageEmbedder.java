package dev.clipserve.clip;

import dev.clipserve.batching.Announcement;
import dev.clipserve.batching.Deadline;
import dev.clipserve.cache.SharedCache;
import dev.clipserve.image.ImagePreparer;
import dev.clipserve.image.PixelValues;
import dev.clipserve.image.PreparedImage;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * An image's bytes → its embedding: decoded and prepared on the caller's thread, encoded in a batch, and remembered.
 *
 * <p>The memory is bounded and goes by content (SHA-256), for this one model and its one way of preparing pixels. An
 * image that several callers send at the same time is embedded for all of them by the first.
 */
public final class ImageEmbedder {

    /** What an entry costs beside its embedding: the objects around it, on a 64-bit JVM, rounded up. */
    private static final int ENTRY_OVERHEAD = 384;

    private final ImagePreparer preparer;
    private final ImageEncoder encoder;
    private final SharedCache<ContentDigest, EmbeddedImage> cache;

    /**
     * An embedder that remembers nothing yet.
     *
     * @param cacheBytes about how much memory remembered embeddings may take; 0 to remember none
     */
    public ImageEmbedder(ImagePreparer preparer, ImageEncoder encoder, long cacheBytes, MeterRegistry registry) {
        this.preparer = preparer;
        this.encoder = encoder;
        this.cache = new SharedCache<>("images", cacheBytes, (content, image) -> weight(image), registry);
    }

    private static int weight(EmbeddedImage image) {
        return ENTRY_OVERHEAD + Float.BYTES * image.embedding().dimension();
    }

    /**
     * The embedding of an encoded image, such as a JPEG file.
     *
     * @param stages told of {@code prepare} and {@code image}, of which a remembered image has none
     * @throws dev.clipserve.image.InvalidImageException if the bytes cannot be used
     * @throws dev.clipserve.batching.QueueFullException if too many images are waiting
     * @throws java.util.concurrent.CompletionException with a {@link java.util.concurrent.TimeoutException} when the
     *     deadline passes first
     */
    public EmbeddedImage embed(byte[] image, Deadline deadline, Stages stages) {
        return cache.get(ContentDigest.of(image), deadline, () -> embedAnew(image, deadline, stages));
    }

    /** The embedding of an encoded image as {@link #embed} gives it, but neither remembered nor from memory. */
    public EmbeddedImage embedAnew(byte[] image, Deadline deadline, Stages stages) {
        try (Announcement coming = encoder.announce(deadline)) {
            PreparedImage prepared = stages.time("prepare", () -> preparer.prepare(image, deadline));
            Embedding embedding = stages.time("image", () -> encode(prepared.pixels(), deadline, stages, coming));
            return new EmbeddedImage(prepared.format(), prepared.width(), prepared.height(), embedding);
        }
    }

    /** Forgets every embedding, also those that are computed now. */
    public void forgetAll() {
        cache.clear();
    }

    private Embedding encode(PixelValues pixels, Deadline deadline, Stages stages, Announcement coming) {
        return encoder.encode(pixels, deadline, stages.begun(), coming).join();
    }
}
