package dev.clipserve.batching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a batcher, one for each worker. Whoever {@linkplain #look looks after} them relieves those whose run
 * does not end. A thread that hangs in native code cannot be stopped: it is left behind, with the memory it holds, so
 * only two for each worker may be. Beyond that the crew is stalled, and only a restart of the process helps.
 */
final class Crew<I, O> {

    private static final Logger log = LoggerFactory.getLogger(Crew.class);

    /** One hangs with a batch, and another with the item that is at fault. */
    private static final int LEFT_BEHIND_PER_WORKER = 2;

    private final QueueSpec<I> spec;
    private final List<Post<I, O>> posts = new ArrayList<>();
    private final List<Thread> leftBehind = new ArrayList<>();

    /** A worker's place, where a shift follows the other. */
    private static final class Post<I, O> {

        private Shift<I, O> shift;
        private Thread thread;
        private boolean stalled;

        Post(Shift<I, O> shift, Thread thread) {
            this.shift = shift;
            this.thread = thread;
        }
    }

    /** Starts a thread for each shift. */
    Crew(QueueSpec<I> spec, List<Shift<I, O>> shifts) {
        this.spec = spec;
        shifts.forEach(shift -> posts.add(new Post<>(shift, threadOf(shift))));
        posts.forEach(post -> post.thread.start());
    }

    private Thread threadOf(Shift<I, O> shift) {
        return Thread.ofPlatform().name(spec.name() + "-batcher").unstarted(shift);
    }

    /** Relieves whoever has been at one run for too long, and replaces threads that died. */
    synchronized void look(long now) {
        leftBehind.removeIf(thread -> !thread.isAlive());
        for (Post<I, O> post : posts) {
            Optional<Integer> hung = post.shift.overdue(now, spec.policy().maxRun());
            if (hung.isPresent()) {
                relieve(post, hung.get());
                continue;
            }
            post.stalled = false;
            if (!post.thread.isAlive() && !post.shift.isOver()) {
                log.error("A thread of the {} queue died; another goes on", spec.name());
                follow(post, post.shift.continued());
            }
        }
    }

    private void relieve(Post<I, O> post, int items) {
        Duration limit = spec.policy().maxRun();
        if (leftBehind.size() >= posts.size() * LEFT_BEHIND_PER_WORKER) {
            if (!post.stalled) {
                post.stalled = true;
                log.error(
                        "The {} queue is stalled: a run of {} items has not ended within {} ms, and {} threads hang already."
                                + " Only a restart helps",
                        spec.name(),
                        items,
                        limit.toMillis(),
                        leftBehind.size());
            }
            return;
        }
        post.shift.relieve(limit).ifPresent(next -> {
            log.error(
                    "A run of {} items of the {} queue has not ended within {} ms; they are run one by one by another"
                            + " session, thread {} is left behind in {}",
                    items,
                    spec.name(),
                    limit.toMillis(),
                    post.thread.threadId(),
                    place(post.thread));
            leftBehind.add(post.thread);
            follow(post, next);
        });
    }

    /** Where a thread hangs. */
    private static String place(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length == 0 ? "no Java code" : stack[0].toString();
    }

    private void follow(Post<I, O> post, Shift<I, O> next) {
        post.shift = next;
        post.stalled = false;
        // In this order: where no thread can be started, the next look finds one that is not alive, and tries again.
        post.thread = threadOf(next);
        post.thread.start();
    }

    /** How many threads hang in a run that was given up. */
    synchronized int hung() {
        leftBehind.removeIf(thread -> !thread.isAlive());
        return leftBehind.size();
    }

    /** Whether a worker hangs that nobody can relieve. */
    synchronized boolean isStalled() {
        return posts.stream().anyMatch(post -> post.stalled);
    }

    /** Waits until all shifts are over, but for those that nobody can relieve. */
    void await() {
        boolean interrupted = false;
        Optional<Thread> next = unfinished();
        while (next.isPresent()) {
            try {
                next.get().join(spec.policy().maxRun());
                look(System.nanoTime());
            } catch (InterruptedException e) {
                interrupted = true;
            }
            next = unfinished();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Optional<Thread> unfinished() {
        return posts.stream()
                .filter(post -> !post.stalled)
                .map(post -> post.thread)
                .filter(Thread::isAlive)
                .findFirst();
    }
}
