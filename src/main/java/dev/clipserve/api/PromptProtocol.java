package dev.clipserve.api;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP/1.1 with clients that have to be prompt. Tomcat bounds the wait for each next byte, and who sends or takes one
 * byte in each of these waits would hold a connection and its memory for days. Here first line and headers together
 * have the time that Tomcat gives a byte, and a whole exchange has a time, too, from its first byte to the last of the
 * answer and of the body that nobody wanted.
 *
 * <p>It is prompt itself when it ends: Tomcat drops a request that comes on a connection kept open, once it has paused.
 * Here the port is closed first, and for a moment such requests are still answered.
 */
public final class PromptProtocol extends Http11NioProtocol {

    private static final Logger log = LoggerFactory.getLogger(PromptProtocol.class);
    private static final int SWEEP_MILLIS = 500;

    /** Longer than a busy client takes from an answer to its next request. */
    private static final int LAST_REQUESTS_MILLIS = 500;

    private static final int LOOK_MILLIS = 10;

    /** Tomcat keeps those that are idle, and forgets some. */
    private final Set<Exchange> exchanges = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private long exchangeNanos = Long.MAX_VALUE;
    private Runnable portClosed = () -> {};
    private @Nullable ScheduledFuture<?> sweep;

    /** Sets how long a request and its answer may take. */
    void setExchangeTime(Duration time) {
        exchangeNanos = time.toNanos();
    }

    /** Sets what is told when the port has been closed, while connections are still served. */
    void setPortClosed(Runnable listener) {
        portClosed = listener;
    }

    @Override
    public void pause() throws Exception {
        if (!isPaused()) {
            closeServerSocketGraceful();
            portClosed.run();
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_REQUESTS_MILLIS);
            while (!getEndpoint().getConnections().isEmpty() && System.nanoTime() < end) {
                Thread.sleep(LOOK_MILLIS);
            }
        }
        super.pause();
    }

    @Override
    protected Processor createProcessor() {
        var exchange = new Exchange(this);
        exchanges.add(exchange);
        return exchange;
    }

    @Override
    public void start() throws Exception {
        super.start();
        sweep = getUtilityExecutor()
                .scheduleWithFixedDelay(this::endLate, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() throws Exception {
        if (sweep != null) {
            sweep.cancel(false);
        }
        super.stop();
    }

    private void endLate() {
        synchronized (exchanges) {
            List.copyOf(exchanges).forEach(exchange -> exchange.endAfter(exchangeNanos));
        }
    }

    /** What Tomcat has for a request while there is one, and again for a later one of any connection. */
    private static final class Exchange extends Http11Processor {

        private final long headNanos;

        Exchange(PromptProtocol protocol) {
            super(protocol, protocol.getAdapter());
            headNanos = TimeUnit.MILLISECONDS.toNanos(protocol.getConnectionTimeout());
        }

        /** Comes again with each piece of first line and headers. */
        @Override
        public SocketState service(SocketWrapperBase<?> connection) throws IOException {
            return hasTaken(headNanos) ? SocketState.CLOSED : super.service(connection);
        }

        private boolean hasTaken(long nanos) {
            long start = request.getStartTimeNanos();
            return start >= 0 && System.nanoTime() - start > nanos;
        }

        /** Lets whoever reads or writes see the connection end; the rest is theirs. */
        void endAfter(long nanos) {
            SocketWrapperBase<?> connection = socketWrapper;
            if (connection == null || !(connection.getSocket() instanceof NioChannel channel)) {
                return;
            }
            // Looked at in this order: what is late is surely what this socket is for.
            SocketChannel socket = channel.getIOChannel();
            if (hasTaken(nanos)) {
                end(socket);
            }
        }

        private static void end(SocketChannel socket) {
            try {
                socket.shutdownInput();
                socket.shutdownOutput();
            } catch (IOException e) {
                log.debug("The client of a slow exchange left by itself", e);
            }
        }
    }
}
