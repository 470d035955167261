package dev.clipserve.fetch;

import dev.clipserve.batching.Deadline;
import dev.clipserve.fetch.FetchException.Reason;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Names as the operating system knows them. A lookup cannot be interrupted and would hold a virtual thread's carrier,
 * so it has a thread of its own, and who asks waits no longer than it has time; the threads are bounded.
 */
final class SystemNames implements Names {

    private static final int IDLE_SECONDS = 30;

    private final Lookup lookup;
    private final ExecutorService threads;

    /** Asks, and does not return before there is an answer. */
    @FunctionalInterface
    interface Lookup {

        InetAddress[] of(String name) throws Exception;
    }

    /**
     * Names with no lookup under way.
     *
     * @param lookups names that are looked up at the same time; as many may wait
     */
    SystemNames(int lookups) {
        this(lookups, InetAddress::getAllByName);
    }

    SystemNames(int lookups, Lookup lookup) {
        this.lookup = lookup;
        var pool = new ThreadPoolExecutor(
                lookups,
                lookups,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(lookups),
                Thread.ofPlatform().name("lookup-", 0).daemon().factory());
        pool.allowCoreThreadTimeOut(true);
        this.threads = pool;
    }

    @Override
    public List<InetAddress> lookUp(String name, Deadline deadline) throws UnknownHostException {
        Future<InetAddress[]> lookup = submit(name);
        try {
            return List.of(lookup.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS));
        } catch (ExecutionException e) {
            throw unknown("not found", e);
        } catch (TimeoutException e) {
            throw unknown("not found in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown("interrupted", e);
        } finally {
            lookup.cancel(true);
        }
    }

    private Future<InetAddress[]> submit(String name) {
        try {
            return threads.submit(() -> lookup.of(name));
        } catch (RejectedExecutionException e) {
            throw new FetchException(Reason.BUSY, "Too many names of hosts are being looked up.", e);
        }
    }

    private static UnknownHostException unknown(String message, Exception cause) {
        var unknown = new UnknownHostException(message);
        unknown.initCause(cause);
        return unknown;
    }
}
