package dev.clipserve.api;

import dev.clipserve.api.ErrorBodies.ErrorBody;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Words what Tomcat refuses by itself, such as a malformed request line, as a problem instead of a page. */
final class ProblemReportValve extends ErrorReportValve {

    private static final Logger log = LoggerFactory.getLogger(ProblemReportValve.class);

    private final ProblemMeters meters;

    ProblemReportValve(ProblemMeters meters) {
        this.meters = meters;
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        ProblemType type = SpringProblems.type(status);
        String message = response.getMessage();
        String detail = message == null || status >= 500
                ? "The request could not be read: its first line or a header is malformed or too long."
                : message;
        if (response.getHeader(RequestIdFilter.HEADER) == null) {
            response.setHeader(RequestIdFilter.HEADER, RequestIdFilter.id(request.getHeader(RequestIdFilter.HEADER)));
        }
        SecurityHeaders.write(response.getResponse());
        Problem problem = Problem.of(type, status, detail);
        meters.refused(problem, status);
        try {
            ProblemWriter.write(response.getResponse(), ErrorBody.of(problem));
            response.finishResponse();
        } catch (IOException | IllegalStateException e) {
            log.debug("The client left before its problem was told", e);
        }
    }
}
