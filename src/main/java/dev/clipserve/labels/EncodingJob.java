package dev.clipserve.labels;

import dev.clipserve.batching.Deadline;
import dev.clipserve.batching.QueueFullException;
import dev.clipserve.clip.Embedding;
import dev.clipserve.text.TokenIds;
import dev.clipserve.zeroshot.CanaryCheck;
import dev.clipserve.zeroshot.EncodedLabel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Encodes one set for one model, some prompts at a time, so that requests find room in the queue beside it. Its
 * embeddings are those that a request with the same labels and templates gets, to the last bit. It ends early when its
 * thread is interrupted.
 */
final class EncodingJob {

    /** Prompts of one submission: enough to fill the runs of an encoder, few beside what may wait. */
    static final int CHUNK = 256;

    /** Long enough for a chunk on the slowest machine under the highest load. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** After how many chunks the model's canary is asked: seconds of work, so that asking costs next to nothing. */
    static final int CHUNKS_TRUSTED = 16;

    /** How long a model has that was too busy for its canary. */
    private static final Duration SHORT_PAUSE = Duration.ofSeconds(1);

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
        int chunks = 0;
        while (encoded.size() < set.size()) {
            int from = encoded.size();
            encoded.addAll(encode(from, chunkEnd(from)));
            chunks++;
            if (chunks % CHUNKS_TRUSTED == 0 || encoded.size() == set.size()) {
                requireRightNumbers();
            }
        }
        return encoded;
    }

    private void requireRightNumbers() throws InterruptedException, ExecutionException {
        Optional<Boolean> right = isRight();
        while (right.isEmpty()) {
            pause.pass(SHORT_PAUSE);
            right = isRight();
        }
        if (!right.get()) {
            throw new EncodingFailedException("The model computes wrong numbers, as its canary shows;"
                    + " the set is encoded when they are right again and somebody asks for it");
        }
    }

    /** On a thread of its own: its waiting cannot be interrupted, and this thread's must be. */
    private Optional<Boolean> isRight() throws InterruptedException, ExecutionException {
        var answer = new FutureTask<>(() -> set.model().isRight().getAsBoolean());
        Thread.ofVirtual().name("label-set-canary").start(answer);
        try {
            return Optional.of(answer.get());
        } catch (ExecutionException e) {
            if (CanaryCheck.isBusy(e.getCause())) {
                return Optional.empty();
            }
            throw e;
        }
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
        if (set.promptCount(from) > CHUNK) {
            return List.of(encodeInParts(from));
        }
        List<TokenIds> tokens = set.model()
                .encoder()
                .tokenize(IntStream.range(from, to)
                        .mapToObj(set::prompts)
                        .flatMap(List::stream)
                        .toList());
        List<Embedding> embeddings = submit(tokens);
        List<EncodedLabel> labels = new ArrayList<>(to - from);
        int at = 0;
        for (int i = from; i < to; i++) {
            int end = at + set.promptCount(i);
            labels.add(EncodedLabel.of(set.label(i), tokens.subList(at, end), embeddings.subList(at, end)));
            at = end;
        }
        return labels;
    }

    /** A label with more prompts than a chunk has: there may be a million, and their embeddings would be gigabytes. */
    private EncodedLabel encodeInParts(int label) throws InterruptedException, ExecutionException {
        List<String> prompts = set.prompts(label);
        var sum = new Embedding.Sum();
        int tokens = 0;
        int context = 0;
        for (int at = 0; at < prompts.size(); at += CHUNK) {
            List<TokenIds> part =
                    set.model().encoder().tokenize(prompts.subList(at, Math.min(at + CHUNK, prompts.size())));
            submit(part).forEach(sum::add);
            for (TokenIds prompt : part) {
                tokens = Math.max(tokens, prompt.fullLength());
                context = Math.max(context, prompt.length());
            }
        }
        return new EncodedLabel(set.label(label), sum.mean(), tokens, context);
    }

    private List<Embedding> submit(List<TokenIds> prompts) throws InterruptedException, ExecutionException {
        turns.acquire();
        try {
            while (true) {
                try {
                    List<Embedding> embeddings = await(set.model().encoder().encode(prompts, Deadline.after(PATIENCE)));
                    done.addAndGet(prompts.size());
                    return embeddings;
                } catch (QueueFullException e) {
                    Duration wanted = e.retryAfter();
                    pause.pass(wanted.compareTo(LONGEST_PAUSE) < 0 ? wanted : LONGEST_PAUSE);
                }
            }
        } finally {
            turns.release();
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
