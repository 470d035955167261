package dev.clipserve.clip;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.clipserve.batching.Deadline;
import dev.clipserve.image.ImagePreparer;
import dev.clipserve.image.PreparedImage;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
    private final AsyncCache<ContentDigest, EmbeddedImage> cache;

    /**
     * An embedder that remembers nothing yet.
     *
     * @param cacheBytes about how much memory remembered embeddings may take; 0 to remember none
     */
    public ImageEmbedder(ImagePreparer preparer, ImageEncoder encoder, long cacheBytes, MeterRegistry registry) {
        this.preparer = preparer;
        this.encoder = encoder;
        this.cache = Caffeine.newBuilder()
                .maximumWeight(cacheBytes)
                .weigher((ContentDigest content, EmbeddedImage image) ->
                        ENTRY_OVERHEAD + Float.BYTES * image.embedding().dimension())
                .recordStats()
                .executor(Runnable::run)
                .buildAsync();
        CaffeineCacheMetrics.monitor(registry, cache, "clipserve.image.cache");
    }

    /**
     * The embedding of an encoded image, such as a JPEG file.
     *
     * @param stages told of {@code prepare} and {@code image}, of which a remembered image has none
     * @throws dev.clipserve.image.InvalidImageException if the bytes cannot be used
     * @throws dev.clipserve.batching.QueueFullException if too many images are waiting
     * @throws CompletionException with a {@link TimeoutException} when the deadline passes first
     */
    public EmbeddedImage embed(byte[] image, Deadline deadline, Stages stages) {
        ContentDigest content = ContentDigest.of(image);
        while (true) {
            var mine = new CompletableFuture<EmbeddedImage>();
            CompletableFuture<EmbeddedImage> known = cache.asMap().putIfAbsent(content, mine);
            if (known == null) {
                return complete(mine, image, deadline, stages);
            }
            try {
                return await(known, deadline);
            } catch (CompletionException e) {
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                if (deadline.hasPassed()) {
                    throw e;
                }
                // The time of another caller was over, not ours.
            }
        }
    }

    private EmbeddedImage complete(
            CompletableFuture<EmbeddedImage> mine, byte[] image, Deadline deadline, Stages stages) {
        try {
            PreparedImage prepared = stages.time("prepare", () -> preparer.prepare(image));
            Embedding embedding = stages.time(
                    "image", () -> encoder.encode(prepared.pixels(), deadline).join());
            var embedded = new EmbeddedImage(prepared.format(), prepared.width(), prepared.height(), embedding);
            mine.complete(embedded);
            return embedded;
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        }
    }

    /** Without a time limit of its own on the shared future, whose owner's time may be longer. */
    private static EmbeddedImage await(CompletableFuture<EmbeddedImage> shared, Deadline deadline) {
        if (shared.isDone()) {
            return shared.join();
        }
        return shared.copy()
                .orTimeout(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)
                .join();
    }
}
