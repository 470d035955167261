package dev.clipserve.api;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The container's error page, which it shows for a body that broke off, or a method it refuses: a problem here too. */
@RestController
public class ErrorPageController implements ErrorController {

    @RequestMapping("/error")
    ResponseEntity<Problem> error(HttpServletRequest request) {
        int status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code ? code : 404;
        ProblemType type = SpringProblems.type(status);
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Problem.of(type, status, detail(type)));
    }

    private static String detail(ProblemType type) {
        return type == ProblemType.INVALID_REQUEST
                ? "The request could not be read: its body ended early, stalled or is badly encoded."
                : type.explanation();
    }
}
