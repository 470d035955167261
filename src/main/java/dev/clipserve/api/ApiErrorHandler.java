package dev.clipserve.api;

import dev.clipserve.api.ErrorBodies.ErrorBody;
import dev.clipserve.batching.QueueFullException;
import dev.clipserve.batching.UnprocessableItemException;
import dev.clipserve.batching.WorkerBrokenException;
import dev.clipserve.labels.LabelSetException;
import dev.clipserve.labels.LabelSetNotReadyException;
import dev.clipserve.text.ReservedTokenException;
import dev.clipserve.zeroshot.InvalidLabelsException;
import dev.clipserve.zeroshot.InvalidTemplatesException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * Maps each failure a caller can meet to its problem; what is left over is our fault, logged, and told without details.
 */
@RestControllerAdvice
public class ApiErrorHandler extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ApiErrorHandler.class);

    private final RequestLimits limits;
    private final ErrorBodies errors;

    /**
     * A handler for the whole service.
     *
     * @param errors how each path words its errors
     */
    public ApiErrorHandler(RequestLimits limits, ErrorBodies errors) {
        this.limits = limits;
        this.errors = errors;
    }

    @ExceptionHandler
    ResponseEntity<Object> refused(ProblemException e, HttpServletRequest request) {
        return answer(e.problem(), e.headers(), request);
    }

    @ExceptionHandler({
        LabelSetException.class,
        LabelSetNotReadyException.class,
        InvalidLabelsException.class,
        InvalidTemplatesException.class,
        ReservedTokenException.class
    })
    ResponseEntity<Object> labels(RuntimeException e, HttpServletRequest request) {
        return refused(LabelProblems.of(e), request);
    }

    @ExceptionHandler
    ResponseEntity<Object> overloaded(QueueFullException e, HttpServletRequest request) {
        return refused(
                ProblemException.retryAfter(
                        ProblemType.OVERLOADED, ProblemType.OVERLOADED.explanation(), e.retryAfter()),
                request);
    }

    @ExceptionHandler
    ResponseEntity<Object> notEncodable(UnprocessableItemException e, HttpServletRequest request) {
        return refused(EngineProblems.of(e), request);
    }

    @ExceptionHandler
    ResponseEntity<Object> modelUnavailable(WorkerBrokenException e, HttpServletRequest request) {
        return refused(EngineProblems.of(e), request);
    }

    /** What went wrong in a batch, or in a load that others wait for, comes wrapped. */
    @ExceptionHandler
    ResponseEntity<Object> batch(CompletionException e, HttpServletRequest request) {
        return switch (e.getCause()) {
            case QueueFullException full -> overloaded(full, request);
            case UnprocessableItemException item -> notEncodable(item, request);
            case WorkerBrokenException broken -> modelUnavailable(broken, request);
            case TimeoutException late ->
                answer(Problem.of(ProblemType.DEADLINE_EXCEEDED, ProblemType.DEADLINE_EXCEEDED.explanation()), request);
            case null, default -> unexpected(e, request);
        };
    }

    @ExceptionHandler
    ResponseEntity<Object> multipart(MultipartException e, HttpServletRequest request) {
        Problem problem = MultipartFaults.isLimit(e)
                ? tooLargeForm()
                : Problem.of(ProblemType.INVALID_REQUEST, "The body is not valid multipart/form-data.");
        return answer(problem, request);
    }

    private Problem tooLargeForm() {
        return Problem.of(
                ProblemType.BODY_TOO_LARGE,
                "The form has more than " + limits.maxBodyBytes() + " bytes, or more than " + limits.maxParts()
                        + " parts.");
    }

    /** Of queries that the container takes apart, as those to label sets' status and to the management endpoints. */
    @ExceptionHandler(InvalidParameterException.class)
    ResponseEntity<Object> query(HttpServletRequest request) {
        return answer(
                Problem.of(
                        ProblemType.INVALID_REQUEST,
                        "The query could not be read: it must have fields with names, in percent-encoded UTF-8, and no"
                                + " more of them than a form may have."),
                request);
    }

    /** Only a request's body is read, and only an answer written: the client is at fault, or gone. */
    @ExceptionHandler
    ResponseEntity<Object> brokenOff(IOException e, HttpServletRequest request) {
        log.debug("The client left, or its body broke off", e);
        return answer(
                Problem.of(
                        ProblemType.INVALID_REQUEST,
                        "The body could not be read: it ended early, stalled or is badly encoded."),
                request);
    }

    @ExceptionHandler
    ResponseEntity<Object> unexpected(Exception e, HttpServletRequest request) {
        if (DisconnectedClientHelper.isClientDisconnectedException(e)) {
            return clientLeft(request);
        }
        log.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
        return answer(Problem.of(ProblemType.INTERNAL_ERROR, "Something failed in the service."), request);
    }

    /** Nobody reads the answer, and nothing is wrong here. */
    private ResponseEntity<Object> clientLeft(HttpServletRequest request) {
        log.debug("{} {}: the client left", request.getMethod(), request.getRequestURI());
        return answer(Problem.of(ProblemType.INVALID_REQUEST, "The client left before it was answered."), request);
    }

    /** Spring's own exceptions: wrong path, method, Accept header and the like. */
    @Override
    protected ResponseEntity<Object> handleExceptionInternal(
            Exception e, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (DisconnectedClientHelper.isClientDisconnectedException(e)) {
            return clientLeft(((ServletWebRequest) request).getRequest());
        }
        Problem problem = e instanceof MaxUploadSizeExceededException ? tooLargeForm() : SpringProblems.of(e, status);
        if (problem.status() >= 500) {
            log.error("{} failed", request.getDescription(false), e);
        }
        return answer(problem, headers, ((ServletWebRequest) request).getRequest());
    }

    private ResponseEntity<Object> answer(Problem problem, HttpServletRequest request) {
        return answer(problem, HttpHeaders.EMPTY, request);
    }

    private ResponseEntity<Object> answer(Problem problem, HttpHeaders headers, HttpServletRequest request) {
        // Without the detail, which may quote labels: those are not for the log.
        log.debug("{} {}: {} {}", request.getMethod(), request.getRequestURI(), problem.status(), problem.type());
        ErrorBody body = errors.of(request, problem);
        return ResponseEntity.status(body.status())
                .headers(headers)
                .contentType(body.type())
                .body(body.content());
    }
}
