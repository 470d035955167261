package dev.clipserve.api;

import java.time.Duration;
import org.apache.catalina.core.StandardHost;
import org.apache.coyote.ContinueResponseTiming;
import org.apache.coyote.http11.AbstractHttp11Protocol;
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

    private final RequestLimits limits;
    private final Duration uploadTime;
    private final ProblemMeters meters;

    /**
     * These limits.
     *
     * @param uploadTime how long sending a body may take
     * @param meters what counts the refusals
     */
    public TomcatLimits(RequestLimits limits, Duration uploadTime, ProblemMeters meters) {
        this.limits = limits;
        this.uploadTime = uploadTime;
        this.meters = meters;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addConnectorCustomizers(connector -> {
            connector.setMaxPartCount(limits.maxParts());
            connector.setMaxParameterCount(limits.maxParts());
            // Of the parts without a file name together: labels, and an image that a client sends without one.
            connector.setMaxPostSize((int) Math.min(Integer.MAX_VALUE, limits.maxBodyBytes()));
            connector.setMaxPartHeaderSize(PART_HEADER_BYTES);
            // A model's name may have slashes, and OpenAI's client escapes them; Spring's patterns take them as text.
            connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
            if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
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

    private void reportProblems(StandardHost host) {
        // The host makes a valve by this name only where none of its kind is there.
        host.getPipeline().addValve(new ProblemReportValve(meters));
        host.setErrorReportValveClass(ProblemReportValve.class.getName());
    }
}
