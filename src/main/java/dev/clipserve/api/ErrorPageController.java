package dev.clipserve.api;

import dev.clipserve.api.ErrorBodies.ErrorBody;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The container's error page, which it shows for a body that broke off, or a method it refuses: a problem here too. */
@RestController
public class ErrorPageController implements ErrorController {

    private final ErrorBodies errors;

    public ErrorPageController(ErrorBodies errors) {
        this.errors = errors;
    }

    @RequestMapping("/error")
    ResponseEntity<Object> error(HttpServletRequest request) {
        int status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code ? code : 404;
        String method = String.valueOf(request.getAttribute(RequestDispatcher.ERROR_METHOD));
        String path = String.valueOf(request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI));
        ProblemType type = SpringProblems.type(status);
        ErrorBody body = errors.of(method, path, Problem.of(type, status, detail(type)));
        return ResponseEntity.status(body.status()).contentType(body.type()).body(body.content());
    }

    private static String detail(ProblemType type) {
        return type == ProblemType.INVALID_REQUEST
                ? "The request could not be read: its body ended early, stalled or is badly encoded."
                : type.explanation();
    }
}
