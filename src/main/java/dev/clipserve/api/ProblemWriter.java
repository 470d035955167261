package dev.clipserve.api;

import dev.clipserve.api.ErrorBodies.ErrorBody;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import tools.jackson.databind.json.JsonMapper;

/** Writes problems where Spring MVC does not: in filters, and in the servlet container itself. */
final class ProblemWriter {

    private ProblemWriter() {}

    static void write(HttpServletResponse response, ErrorBody error) throws IOException {
        byte[] body = JsonMapper.shared().writeValueAsBytes(error.content());
        response.setStatus(error.status());
        response.setContentType(error.type().toString());
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
