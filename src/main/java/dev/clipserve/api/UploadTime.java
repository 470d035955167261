package dev.clipserve.api;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.coyote.InputBuffer;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * Bounds how long sending a request's body may take, however steadily it drips; Tomcat itself bounds the wait for each
 * next byte. Stands below whatever reads bodies, as Tomcat's own reading of forms does.
 */
final class UploadTime extends ValveBase {

    private final Duration limit;

    UploadTime(Duration limit) {
        super(true);
        this.limit = limit;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        org.apache.coyote.Request connection = request.getCoyoteRequest();
        InputBuffer unbounded = connection.getInputBuffer();
        connection.setInputBuffer(new Bounded(unbounded, connection, System.nanoTime() + limit.toNanos()));
        try {
            getNext().invoke(request, response);
        } finally {
            // The connection's next request has the same objects.
            connection.setInputBuffer(unbounded);
        }
    }

    /** Fails each read after a moment of {@link System#nanoTime}. */
    private record Bounded(InputBuffer body, org.apache.coyote.Request connection, long end) implements InputBuffer {

        @Override
        public int doRead(ApplicationBufferHandler handler) throws IOException {
            if (System.nanoTime() - end > 0) {
                // Nor is the rest read and dropped: the connection ends with the answer.
                connection.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
                throw new SocketTimeoutException("The body took too long");
            }
            return body.doRead(handler);
        }

        @Override
        public int available() {
            return body.available();
        }
    }
}
