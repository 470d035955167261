package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** {@code openapi.yaml}, and whether an answer is one that it documents. */
final class Contract {

    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    /** What HTTP itself has ({@code Accept}: with 406), and what the contract's introduction says of every answer. */
    private static final List<String> OF_ANY_ANSWER = List.of(
            "accept",
            "accept-ranges",
            "cache-control",
            "connection",
            "content-length",
            "content-security-policy",
            "content-type",
            "cross-origin-resource-policy",
            "date",
            "last-modified",
            "ratelimit",
            "ratelimit-policy",
            "referrer-policy",
            "traceresponse",
            "transfer-encoding",
            "www-authenticate",
            "x-content-type-options");

    private final JsonNode root = new YAMLMapper().readTree(Path.of("openapi.yaml"));

    /** A part of the document, references followed. */
    JsonNode at(String pointer) {
        return resolve(root.at(pointer));
    }

    /**
     * Fails unless this answer is documented: the status, the content type, and the body by its schema. Where the path
     * is not documented, the answer has to be an error, worded as those who call such paths expect it.
     */
    void check(String method, String path, int status, String contentType, String body) {
        JsonNode operation = operation(method, path);
        if (operation.isMissingNode()) {
            JsonNode error = root.at("/components/responses/" + errorOf(path) + "/content");
            assertThat(error.propertyNames())
                    .as("content type of an undocumented operation")
                    .contains(contentType);
            checkSchema(error.path(contentType).path("schema"), body);
            return;
        }
        JsonNode response = resolve(operation.path("responses").path(String.valueOf(status)));
        assertThat(response.isMissingNode())
                .as("%s %s documents status %d; body: %s", method, path, status, body)
                .isFalse();
        if (!response.has("content")) {
            assertThat(body).as("body of %s %s", method, path).isEmpty();
            return;
        }
        String mediaType = contentType.replaceAll(";.*", "");
        JsonNode content = response.path("content").path(mediaType);
        assertThat(content.isMissingNode())
                .as("%s %s documents %s for %d", method, path, mediaType, status)
                .isFalse();
        if (mediaType.endsWith("json")) {
            checkSchema(content.path("schema"), body);
        }
    }

    /** Fails unless each header of this answer is documented for it. */
    void checkHeaders(String method, String path, int status, Set<String> names) {
        JsonNode response = resolve(operation(method, path).path("responses").path(String.valueOf(status)));
        if (response.isMissingNode()) {
            return;
        }
        Set<String> undocumented = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        undocumented.addAll(names);
        OF_ANY_ANSWER.forEach(undocumented::remove);
        response.path("headers").propertyNames().forEach(undocumented::remove);
        assertThat(undocumented)
                .as("undocumented headers of %s %s with %d", method, path, status)
                .isEmpty();
    }

    /** An operation, and one of the statuses that it documents. */
    record Promise(String operation, int status) {}

    /** Every status of every operation. */
    List<Promise> promises() {
        List<Promise> promises = new ArrayList<>();
        for (JsonNode path : root.path("paths")) {
            for (JsonNode operation : path) {
                for (String status : operation.path("responses").propertyNames()) {
                    promises.add(new Promise(operation.path("operationId").asString(), Integer.parseInt(status)));
                }
            }
        }
        return promises;
    }

    /**
     * An operation, as a call of it that gets at least to the operation.
     *
     * @param scopes what a key needs for it; none where it is open
     */
    record Operation(String id, String method, String path, Set<String> scopes) {}

    /** Every operation. */
    List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        for (var path : root.path("paths").properties()) {
            for (var operation : path.getValue().properties()) {
                if (!operation.getKey().equals("parameters")) {
                    operations.add(new Operation(
                            operation.getValue().path("operationId").asString(),
                            operation.getKey().toUpperCase(Locale.ROOT),
                            path.getKey().replaceAll("\\{version}", "1").replaceAll("\\{[^}]+}", "mini-clip"),
                            scopes(operation.getValue())));
                }
            }
        }
        return operations;
    }

    /** An operation has a scope, or says that it is open to all; one that has nothing was forgotten. */
    private static Set<String> scopes(JsonNode operation) {
        boolean open = operation.has("security");
        assertThat(operation.path("security")).isEmpty();
        assertThat(operation.has("x-scope"))
                .as("whether %s has a scope", operation.path("operationId"))
                .isNotEqualTo(open);
        return open ? Set.of() : Set.of(operation.path("x-scope").asString());
    }

    private static String errorOf(String path) {
        if (path.startsWith("/v2")) {
            return "InferenceError";
        }
        return path.startsWith("/v1/") ? "OpenAiError" : "Problem";
    }

    /** Of a path as it is written there, else of one whose last part may have slashes, as names of models do. */
    private JsonNode operation(String method, String path) {
        for (String part : List.of("[^/]+", ".+")) {
            for (var entry : root.path("paths").properties()) {
                if (path.matches(entry.getKey().replaceAll("\\{[^}]+}", part))) {
                    return entry.getValue().path(method.toLowerCase(Locale.ROOT));
                }
            }
        }
        return root.path("paths").path("none");
    }

    /** Fails unless a JSON text fits a schema of the document. */
    void checkSchema(JsonNode schema, String json) {
        ObjectNode document = JsonMapper.shared().createObjectNode();
        document.set("components", root.path("components"));
        document.putArray("allOf").add(schema);
        assertThat(SCHEMAS.getSchema(document).validate(JsonMapper.shared().readTree(json)))
                .as("faults of %s", json)
                .isEmpty();
    }

    /** Every object of the document that has a field of this name. */
    List<JsonNode> findParents(String field) {
        return root.findParents(field);
    }

    /** The node itself, or what it refers to. */
    JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? root.at(node.path("$ref").asString().substring(1)) : node;
    }
}
