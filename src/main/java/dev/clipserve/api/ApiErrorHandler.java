package dev.clipserve.api;

import dev.clipserve.batching.QueueFullException;
import dev.clipserve.image.InvalidImageException;
import dev.clipserve.text.ReservedTokenException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
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

    public ApiErrorHandler(RequestLimits limits) {
        this.limits = limits;
    }

    @ExceptionHandler
    ResponseEntity<Problem> refused(ProblemException e) {
        return response(e.problem());
    }

    @ExceptionHandler
    ResponseEntity<Problem> invalidImage(InvalidImageException e) {
        return response(ImageProblems.of(e));
    }

    @ExceptionHandler
    ResponseEntity<Problem> reservedToken(ReservedTokenException e) {
        return response(
                Problem.of(ProblemType.RESERVED_TOKEN, e.getMessage() + ": '" + LabelRules.shorten(e.text()) + "'."));
    }

    @ExceptionHandler
    ResponseEntity<Problem> overloaded(QueueFullException e) {
        Problem problem = Problem.of(ProblemType.OVERLOADED, ProblemType.OVERLOADED.explanation());
        return ResponseEntity.status(problem.status())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .header(HttpHeaders.RETRY_AFTER, String.valueOf(e.retryAfter().toSeconds()))
                .body(problem);
    }

    /** What went wrong in a batch, or in a load that others wait for, comes wrapped. */
    @ExceptionHandler
    ResponseEntity<Problem> batch(CompletionException e, HttpServletRequest request) {
        return switch (e.getCause()) {
            case QueueFullException full -> overloaded(full);
            case TimeoutException late ->
                response(Problem.of(ProblemType.DEADLINE_EXCEEDED, ProblemType.DEADLINE_EXCEEDED.explanation()));
            case null, default -> unexpected(e, request);
        };
    }

    @ExceptionHandler
    ResponseEntity<Problem> multipart(MultipartException e) {
        return response(
                MultipartFaults.isLimit(e)
                        ? tooLargeForm()
                        : Problem.of(ProblemType.INVALID_REQUEST, "The body is not valid multipart/form-data."));
    }

    private Problem tooLargeForm() {
        return Problem.of(
                ProblemType.BODY_TOO_LARGE,
                "The form has more than " + limits.maxBodyBytes() + " bytes, or more than " + limits.maxParts()
                        + " parts.");
    }

    /** Only a request's body is read, and only an answer written: the client is at fault, or gone. */
    @ExceptionHandler
    ResponseEntity<Problem> brokenOff(IOException e) {
        log.debug("The client left, or its body broke off", e);
        return response(Problem.of(
                ProblemType.INVALID_REQUEST,
                "The body could not be read: it ended early, stalled or is badly encoded."));
    }

    @ExceptionHandler
    ResponseEntity<Problem> unexpected(Exception e, HttpServletRequest request) {
        if (DisconnectedClientHelper.isClientDisconnectedException(e)) {
            // Nobody reads the answer, and nothing is wrong here.
            log.debug("{} {}: the client left", request.getMethod(), request.getRequestURI());
            return response(Problem.of(ProblemType.INVALID_REQUEST, "The request ended before its body did."));
        }
        log.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
        return response(Problem.of(ProblemType.INTERNAL_ERROR, "Something failed in the service."));
    }

    /** Spring's own exceptions: wrong path, method, Accept header and the like. */
    @Override
    protected ResponseEntity<Object> handleExceptionInternal(
            Exception e, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        Problem problem = e instanceof MaxUploadSizeExceededException ? tooLargeForm() : SpringProblems.of(e, status);
        if (problem.status() >= 500) {
            log.error("{} failed", request.getDescription(false), e);
        }
        return ResponseEntity.status(problem.status())
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }

    private static ResponseEntity<Problem> response(Problem problem) {
        return ResponseEntity.status(problem.status())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}
