package dev.clipserve.labels;

import dev.clipserve.batching.Deadline;
import dev.clipserve.batching.QueueFullException;
import dev.clipserve.clip.Embedding;
import dev.clipserve.text.TokenIds;
import dev.clipserve.zeroshot.EncodedLabel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encodes one set for one model, some prompts at a time, so that requests find room in the queue beside it. Its
 * embeddings are those that a request with the same labels and templates gets, to the last bit. It ends early when its
 * thread is interrupted.
 */
final class EncodingJob {

    private static final Logger log = LoggerFactory.getLogger(EncodingJob.class);

    /** Prompts of one submission: enough to fill the runs of an encoder, few beside what may wait. */
    static final int CHUNK = 256;

    /** Long enough for a chunk on the slowest machine under the highest load. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** How the job passes the time until a full queue may have room again. */
    interface Pause {

        void pass(Duration time) throws InterruptedException;
    }

    private final ResolvedSet set;
    private final Semaphore turns;
    private final Pause pause;
    private final AtomicInteger done = new AtomicInteger();

    /**
     * A job that has not begun.
     *
     * @param turns what jobs share, a permit for each chunk that may be under way
     */
    EncodingJob(ResolvedSet set, Semaphore turns, Pause pause) {
        this.set = set;
        this.turns = turns;
        this.pause = pause;
    }

    /** How many prompts are encoded. */
    int done() {
        return done.get();
    }

    /**
     * Encodes all labels, in their order.
     *
     * @throws dev.clipserve.text.ReservedTokenException if a prompt spells out a control token
     * @throws EncodingFailedException if the model's numbers are wrong: unlike a request's, they would be kept for
     *     long, and given to other instances
     */
    List<EncodedLabel> run() throws InterruptedException, ExecutionException {
        List<EncodedLabel> encoded = new ArrayList<>(set.size());
        while (encoded.size() < set.size()) {
            int from = encoded.size();
            encoded.addAll(encode(from, chunkEnd(from)));
        }
        if (!whenNotBusy(() -> set.model().isRight().getAsBoolean())) {
            throw new EncodingFailedException("The model computes wrong numbers, as its canary shows;"
                    + " the set is encoded when they are right again and somebody asks for it");
        }
        return encoded;
    }

    /** As many labels as fill a chunk with their prompts, one at least. */
    private int chunkEnd(int from) {
        int end = from + 1;
        for (int prompts = set.promptCount(from); end < set.size(); end++) {
            prompts += set.promptCount(end);
            if (prompts > CHUNK) {
                break;
            }
        }
        return end;
    }

    private List<EncodedLabel> encode(int from, int to) throws InterruptedException, ExecutionException {
        List<TokenIds> tokens = set.model()
                .encoder()
                .tokenize(IntStream.range(from, to)
                        .mapToObj(set::prompts)
                        .flatMap(List::stream)
                        .toList());
        List<Embedding> embeddings = new ArrayList<>(tokens.size());
        while (embeddings.size() < tokens.size()) {
            int at = embeddings.size();
            embeddings.addAll(submit(tokens.subList(at, Math.min(at + CHUNK, tokens.size()))));
            done.addAndGet(embeddings.size() - at);
        }
        List<EncodedLabel> labels = new ArrayList<>(to - from);
        int at = 0;
        for (int i = from; i < to; i++) {
            int end = at + set.promptCount(i);
            labels.add(EncodedLabel.of(set.label(i), tokens.subList(at, end), embeddings.subList(at, end)));
            at = end;
        }
        return labels;
    }

    private List<Embedding> submit(List<TokenIds> prompts) throws InterruptedException, ExecutionException {
        turns.acquire();
        try {
            return whenNotBusy(() -> await(set.model().encoder().encode(prompts, Deadline.after(PATIENCE))));
        } finally {
            turns.release();
        }
    }

    private interface Question<T> {

        T ask() throws InterruptedException, ExecutionException;
    }

    /** Asks the model again and again, as long as it is too busy. */
    private <T> T whenNotBusy(Question<T> question) throws InterruptedException, ExecutionException {
        while (true) {
            try {
                return question.ask();
            } catch (QueueFullException e) {
                Duration wanted = e.retryAfter();
                pause.pass(wanted.compareTo(LONGEST_PAUSE) < 0 ? wanted : LONGEST_PAUSE);
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof TimeoutException)) {
                    throw e;
                }
                log.debug("The model had no time to tell whether its numbers are right; asking again");
            }
        }
    }

    /** Gives the prompts up when it is interrupted, so that they cost no run any more. */
    private static List<Embedding> await(CompletableFuture<List<Embedding>> embeddings)
            throws InterruptedException, ExecutionException {
        try {
            return embeddings.get();
        } finally {
            embeddings.cancel(true);
        }
    }
}
