package dev.clipserve.api;

import dev.clipserve.api.ErrorBodies.ErrorBody;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/** Writes problems where Spring MVC does not: in filters, and in the servlet container itself. */
final class ProblemWriter {

    private static final JsonMapper MAPPER = new JsonMapper();

    private ProblemWriter() {}

    static void write(HttpServletResponse response, ErrorBody error) throws IOException {
        byte[] body = MAPPER.writeValueAsString(error.content()).getBytes(StandardCharsets.UTF_8);
        response.setStatus(error.status());
        response.setContentType(error.type().toString());
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
