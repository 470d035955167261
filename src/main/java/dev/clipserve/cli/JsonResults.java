package dev.clipserve.cli;

import dev.clipserve.api.ClassifyResponse.Result;
import dev.clipserve.api.LocalClassification;
import java.io.PrintWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Results as one JSON object, written as they come: the answer of {@code POST /classify}, each result with its path.
 */
final class JsonResults implements ResultWriter {

    private final PrintWriter out;
    private final LocalClassification classification;
    private boolean first = true;

    JsonResults(PrintWriter out, String model, LocalClassification classification) {
        this.out = out;
        this.classification = classification;
        out.print("{\"model\":" + json(model));
        classification.labelSet().ifPresent(set -> out.print(",\"label_set\":" + json(set)));
        out.print(",\"results\":[");
    }

    @Override
    public void write(String image, Result result) {
        out.print(first ? "\n" : ",\n");
        first = false;
        out.print(JsonLines.line(image, result));
        out.flush();
    }

    @Override
    public void close() {
        out.print("]");
        if (!classification.warnings().isEmpty()) {
            out.print(",\"warnings\":" + json(classification.warnings()));
        }
        out.println("}");
        out.flush();
    }

    private static String json(Object value) {
        return JsonMapper.shared().writeValueAsString(value);
    }
}
