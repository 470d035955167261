package dev.clipserve.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.clipserve.api.ClassifyResponse.Result;
import java.io.PrintWriter;
import tools.jackson.databind.json.JsonMapper;

/** Results as lines, each a JSON object: a result of {@code POST /classify} with its path. */
final class JsonLines implements ResultWriter {

    private final PrintWriter out;

    private record Named(String path, @JsonUnwrapped Result result) {}

    JsonLines(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void write(String image, Result result) {
        out.println(line(image, result));
        out.flush();
    }

    /** The result of an image, with its path. */
    static String line(String image, Result result) {
        return JsonMapper.shared().writeValueAsString(new Named(image, result));
    }

    @Override
    public void close() {
        out.flush();
    }
}
