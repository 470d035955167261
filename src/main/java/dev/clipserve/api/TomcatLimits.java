package dev.clipserve.api;

import java.time.Duration;
import org.apache.catalina.core.StandardHost;
import org.apache.coyote.ContinueResponseTiming;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * Fits the servlet container to the service's own limits, so that the service, not the container, words the refusals.
 */
public class TomcatLimits implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    /** What may stand in a query as it is, since people type JSON arrays and templates into curl. */
    private static final String RELAXED = "[]{}|\"<>^`\\";

    /** A file name of 255 characters, percent-encoded, twice, as browsers and curl may send it, and some more. */
    private static final int PART_HEADER_BYTES = 8192;

    /** What connections may take of the heap. */
    private static final int PART_OF_HEAP = 8;

    /** What a connection takes beside the buffer of its headers: other buffers, and the objects of its request. */
    private static final int CONNECTION_BYTES = 32 * 1024;

    private final RequestLimits limits;
    private final Duration uploadTime;
    private final Duration exchangeTime;
    private final ProblemMeters meters;
    private final LastAnswers lastAnswers;

    /**
     * These limits.
     *
     * @param uploadTime how long sending a body may take
     * @param exchangeTime how long a request and its answer may take
     * @param meters what counts the refusals
     * @param lastAnswers told when the port is closed
     */
    public TomcatLimits(
            RequestLimits limits,
            Duration uploadTime,
            Duration exchangeTime,
            ProblemMeters meters,
            LastAnswers lastAnswers) {
        this.lastAnswers = lastAnswers;
        this.limits = limits;
        this.uploadTime = uploadTime;
        this.exchangeTime = exchangeTime;
        this.meters = meters;
    }

    /** The same limits for another port, which is closed at another time. */
    public TomcatLimits endingWith(LastAnswers others) {
        return new TomcatLimits(limits, uploadTime, exchangeTime, meters, others);
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.setProtocol(PromptProtocol.class.getName());
        factory.addConnectorCustomizers(connector -> {
            connector.setMaxPartCount(limits.maxParts());
            connector.setMaxParameterCount(limits.maxParts());
            // Of the parts without a file name together: labels, and an image that a client sends without one.
            connector.setMaxPostSize((int) Math.min(Integer.MAX_VALUE, limits.maxBodyBytes()));
            connector.setMaxPartHeaderSize(PART_HEADER_BYTES);
            // A model's name may have slashes, and OpenAI's client escapes them; Spring's patterns take them as text.
            connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
            if (connector.getProtocolHandler() instanceof PromptProtocol http) {
                http.setExchangeTime(exchangeTime);
                http.setPortClosed(lastAnswers::begin);
                http.setMaxConnections(Math.min(
                        http.getMaxConnections(),
                        connections(Runtime.getRuntime().maxMemory(), http.getMaxHttpRequestHeaderSize())));
                http.setRelaxedQueryChars(RELAXED);
                // A body that is refused by its length alone is never asked for.
                http.setContinueResponseTiming(ContinueResponseTiming.ON_REQUEST_BODY_READ.toString());
                // The rest of a body that was refused is read and dropped up to here, so that the client sees the
                // answer.
                http.setMaxSwallowSize((int) Math.min(Integer.MAX_VALUE, 8 * limits.maxBodyBytes()));
            }
        });
        factory.addEngineValves(new UploadTime(uploadTime));
        factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                reportProblems(host);
            }
        });
    }

    /** How many connections a heap has room for, each with a request that is being read or answered. */
    static int connections(long heapBytes, int headerBytes) {
        return (int) Math.min(Integer.MAX_VALUE, heapBytes / PART_OF_HEAP / (headerBytes + CONNECTION_BYTES));
    }

    private void reportProblems(StandardHost host) {
        // The host makes a valve by this name only where none of its kind is there.
        host.getPipeline().addValve(new ProblemReportValve(meters));
        host.setErrorReportValveClass(ProblemReportValve.class.getName());
    }
}
