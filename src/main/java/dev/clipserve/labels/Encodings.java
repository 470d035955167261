package dev.clipserve.labels;

import dev.clipserve.cache.SharedCache;
import dev.clipserve.text.ReservedTokenException;
import dev.clipserve.zeroshot.EncodedLabel;
import dev.clipserve.zeroshot.InvalidTemplatesException;
import dev.clipserve.zeroshot.LabelEmbeddings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embeddings of sets, by their {@linkplain ResolvedSet#key keys}: in memory, bounded by bytes; else from the store;
 * else encoded, in the background, once for all who ask. Safe for concurrent use.
 */
final class Encodings implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Encodings.class);

    /** Chunks of all jobs together that may be in the encoder's queue: one runs, and one waits for it. */
    private static final int CHUNKS_AT_ONCE = 2;

    /** Sets that are encoded side by side: each holds its texts and its embeddings so far in memory. */
    static final int SETS_AT_ONCE = 4;

    private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

    private final StoredEncodings stored;
    private final EncodingJob.Pause pause;
    private final SharedCache<String, LabelEmbeddings> cache;
    private final Map<String, EncodingAttempt> attempts = new ConcurrentHashMap<>();
    private final Semaphore jobs = new Semaphore(SETS_AT_ONCE, true);
    private final Semaphore turns = new Semaphore(CHUNKS_AT_ONCE, true);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("label-set-", 0).factory());

    /**
     * Encodings of which none is in memory.
     *
     * @param maxBytes about how much memory they may take
     */
    Encodings(LabelSetStore store, long maxBytes, EncodingJob.Pause pause, MeterRegistry registry) {
        this.stored = new StoredEncodings(store);
        this.pause = pause;
        this.cache = new SharedCache<>(
                "label-sets",
                maxBytes,
                (key, embeddings) -> (int) Math.min(Integer.MAX_VALUE, embeddings.bytes()),
                registry);
    }

    /**
     * The embeddings of a key: complete if they are in memory, else as soon as they are loaded or encoded. Who waits
     * must do so on a copy. Fails with an {@link EncodingFailedException} when the set cannot be encoded, with a
     * {@link LabelSetException} when it cannot be had, and is cancelled when nobody needs it any more.
     *
     * @param set makes the set when it is needed
     */
    CompletableFuture<LabelEmbeddings> get(String key, Supplier<ResolvedSet> set) {
        CompletableFuture<LabelEmbeddings> known = cache.find(key);
        if (known != null) {
            return known;
        }
        EncodingAttempt earlier = attempts.get(key);
        String error = earlier == null ? null : earlier.recentError();
        if (error != null) {
            return CompletableFuture.failedFuture(new EncodingFailedException(error));
        }
        var mine = new CompletableFuture<LabelEmbeddings>();
        CompletableFuture<LabelEmbeddings> others = cache.claim(key, mine);
        if (others != null) {
            return others;
        }
        start(key, set, mine);
        return mine;
    }

    private void start(String key, Supplier<ResolvedSet> set, CompletableFuture<LabelEmbeddings> result) {
        var attempt = new EncodingAttempt(System::nanoTime);
        attempts.put(key, attempt);
        try {
            threads.execute(() -> run(key, set, attempt, result));
        } catch (RejectedExecutionException e) {
            attempts.remove(key, attempt);
            result.completeExceptionally(new CancellationException("The service is stopping"));
        } catch (RuntimeException | Error e) {
            // No memory for one more thread, for one: whoever waits, or asks next, must not wait for nobody.
            fail(key, attempt, result, e);
        }
    }

    private void run(
            String key, Supplier<ResolvedSet> set, EncodingAttempt attempt, CompletableFuture<LabelEmbeddings> result) {
        try {
            attempt.begin();
            LabelEmbeddings embeddings = new LabelEmbeddings(loadOrEncode(key, set, attempt));
            attempts.remove(key, attempt);
            result.complete(embeddings);
        } catch (LabelSetException e) {
            // The store's trouble, not the set's: whoever asks next tries again. Or ours: a store that is interrupted
            // seems to be away.
            attempts.remove(key, attempt);
            result.completeExceptionally(
                    attempt.isDiscarded() ? new CancellationException("The encoding was given up") : e);
        } catch (InterruptedException e) {
            attempts.remove(key, attempt);
            result.completeExceptionally(new CancellationException("The encoding was given up"));
        } catch (ExecutionException e) {
            fail(key, attempt, result, Objects.requireNonNullElse(e.getCause(), e));
        } catch (RuntimeException | Error e) {
            fail(key, attempt, result, e);
        }
    }

    private static void fail(
            String key, EncodingAttempt attempt, CompletableFuture<LabelEmbeddings> result, Throwable failure) {
        String message = switch (failure) {
            case ReservedTokenException reserved -> faultOfSet(key, reserved);
            case InvalidTemplatesException templates -> faultOfSet(key, templates);
            case EncodingFailedException told -> {
                log.error("Label set encoding {} failed: {}", key, told.getMessage());
                yield String.valueOf(told.getMessage());
            }
            default -> {
                log.error("Label set encoding {} failed", key, failure);
                yield "Something failed in the service; its log has the details under " + key.substring(0, 8);
            }
        };
        attempt.fail(message);
        result.completeExceptionally(new EncodingFailedException(message));
    }

    /** For those who ask; the log is not told the message, which may quote a text. */
    private static String faultOfSet(String key, RuntimeException fault) {
        log.warn(
                "Label set encoding {} failed: {}, as its state says",
                key,
                fault.getClass().getSimpleName());
        return String.valueOf(fault.getMessage());
    }

    private List<EncodedLabel> loadOrEncode(String key, Supplier<ResolvedSet> set, EncodingAttempt attempt)
            throws InterruptedException, ExecutionException {
        Optional<List<EncodedLabel>> loaded = stored.load(key, set.get());
        if (loaded.isPresent()) {
            return loaded.get();
        }
        jobs.acquire();
        try {
            return encode(key, set.get(), attempt);
        } finally {
            jobs.release();
        }
    }

    private List<EncodedLabel> encode(String key, ResolvedSet set, EncodingAttempt attempt)
            throws InterruptedException, ExecutionException {
        var job = new EncodingJob(set, turns, pause);
        attempt.follow(job);
        List<EncodedLabel> encoded = job.run();
        log.info(
                "Encoded {} labels in {} prompts for model {}: {}",
                set.size(),
                job.done(),
                set.model().name(),
                key);
        stored.keep(key, encoded, attempt);
        return encoded;
    }

    /** How far an encoding of so many prompts is. Starts nothing. */
    EncodingProgress progress(String key, int total) {
        CompletableFuture<LabelEmbeddings> known = cache.find(key);
        if (known != null && known.state() == Future.State.SUCCESS) {
            return EncodingProgress.ready(total);
        }
        EncodingAttempt attempt = attempts.get(key);
        if (attempt != null) {
            return attempt.progress(total);
        }
        return stored.has(key) ? EncodingProgress.ready(total) : EncodingProgress.pending(total);
    }

    /**
     * Gives up what nobody needs any more, and removes it from the store.
     *
     * @throws LabelSetException if the store cannot be reached or written
     */
    void discard(String key) {
        forget(key);
        stored.remove(key);
    }

    /** Gives up what this process does not need any more. */
    void forget(String key) {
        EncodingAttempt attempt = attempts.remove(key);
        if (attempt != null) {
            attempt.discard();
        }
        cache.forget(key);
    }

    /** Ends what is under way, and waits until it has. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS)) {
                log.warn("A label set is still being encoded; it is left behind");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
