package dev.clipserve.api;

import dev.clipserve.batching.Budget;
import dev.clipserve.batching.Deadline;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import java.time.Duration;

/**
 * Memory that answers may take together, until each is sent: a client that takes its own slowly keeps it there. Small
 * answers are not counted; connections, which are bounded, have room for them.
 */
public final class AnswerRoom implements ServletRequestListener {

    private static final int SMALL_BYTES = 64 * 1024;

    /** An image and a text: up to five numbers, each an object in a list. */
    private static final int PAIR_BYTES = 128;

    /** A number of an embedding, there and on its way out. */
    private static final int NUMBER_BYTES = 8;

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String TAKEN = AnswerRoom.class.getName() + ".taken";

    private final Budget memory;

    /**
     * Room of which nothing is taken.
     *
     * @param bytes of all answers; one that is larger has all of it
     */
    public AnswerRoom(long bytes) {
        this.memory = new Budget(bytes);
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
        if (bytes <= SMALL_BYTES) {
            return;
        }
        Duration patience = deadline.remaining().compareTo(PATIENCE) < 0 ? deadline.remaining() : PATIENCE;
        request.setAttribute(TAKEN, memory.take(bytes, patience).orElseThrow(AnswerRoom::full));
    }

    private static ProblemException full() {
        return ProblemException.retryAfter(
                ProblemType.OVERLOADED,
                "Large answers to others, who are still taking them, have all memory that there is for them.",
                PATIENCE);
    }

    /** Gives the room of an answer back: it is sent, or its client has gone. */
    @Override
    public void requestDestroyed(ServletRequestEvent event) {
        giveBack(event.getServletRequest());
    }

    private static void giveBack(ServletRequest request) {
        if (request.getAttribute(TAKEN) instanceof Budget.Share taken) {
            request.removeAttribute(TAKEN);
            taken.close();
        }
    }
}
