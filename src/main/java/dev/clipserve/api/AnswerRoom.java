package dev.clipserve.api;

import dev.clipserve.batching.Deadline;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Memory that answers may take together, until each is sent: a client that takes its own slowly keeps it there. Small
 * answers are not counted; connections, which are bounded, have room for them.
 */
public final class AnswerRoom implements ServletRequestListener {

    private static final int UNIT = 1024;
    private static final int SMALL = 64 * UNIT;

    /** A label or text with its numbers, as an object. */
    private static final int PAIR_BYTES = 64;

    /** A number of an embedding, there and on its way out. */
    private static final int NUMBER_BYTES = 8;

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String TAKEN = AnswerRoom.class.getName() + ".taken";

    private final int units;
    private final Semaphore free;

    /**
     * Room of which nothing is taken.
     *
     * @param bytes of all answers; one that is larger has all of it
     */
    public AnswerRoom(long bytes) {
        this.units = Math.clamp(bytes / UNIT, 1, Integer.MAX_VALUE);
        this.free = new Semaphore(units, true);
    }

    /** Waits for the room of an answer to a request with so many pairs of an image and a text. */
    void awaitPairs(ServletRequest request, Deadline deadline, int images, int texts) {
        await(request, deadline, (long) images * texts * PAIR_BYTES);
    }

    /** Waits for the room of an answer to a request with so many embeddings. */
    void awaitEmbeddings(ServletRequest request, Deadline deadline, int embeddings, int dimension) {
        await(request, deadline, (long) embeddings * dimension * NUMBER_BYTES);
    }

    /** Waits for the room of an answer that is the definition of a label set of so many bytes. */
    void awaitDefinition(ServletRequest request, Deadline deadline, long bytes) {
        await(request, deadline, bytes);
    }

    /**
     * Waits for room, in the place of what the request had before.
     *
     * @throws ProblemException if there is none for a while
     */
    private void await(ServletRequest request, Deadline deadline, long bytes) {
        giveBack(request);
        if (bytes <= SMALL) {
            return;
        }
        int wanted = (int) Math.min(units, bytes / UNIT);
        Duration patience = deadline.remaining().compareTo(PATIENCE) < 0 ? deadline.remaining() : PATIENCE;
        if (!acquire(wanted, patience)) {
            throw ProblemException.retryAfter(
                    ProblemType.OVERLOADED,
                    "Large answers to others, who are still taking them, have all memory that there is for them.",
                    PATIENCE);
        }
        Runnable giveBack = () -> free.release(wanted);
        request.setAttribute(TAKEN, giveBack);
    }

    private boolean acquire(int wanted, Duration patience) {
        try {
            return free.tryAcquire(wanted, patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Gives the room of an answer back: it is sent, or its client has gone. */
    @Override
    public void requestDestroyed(ServletRequestEvent event) {
        giveBack(event.getServletRequest());
    }

    private static void giveBack(ServletRequest request) {
        if (request.getAttribute(TAKEN) instanceof Runnable giveBack) {
            request.removeAttribute(TAKEN);
            giveBack.run();
        }
    }
}
