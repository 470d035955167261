package dev.clipserve.clip;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One JSON file of a bundle; what is missing or of the wrong type fails with the file, the field and what there is. */
final class JsonFacts {

    private final String bundle;
    private final String file;
    private final JsonNode root;

    private JsonFacts(String bundle, String file, JsonNode root) {
        this.bundle = bundle;
        this.file = file;
        this.root = root;
    }

    /** Reads a file that has to be there. */
    static JsonFacts read(BundleFiles files, String file) {
        return find(files, file).orElseThrow(() -> new BundleException(files.location(), file, "is missing"));
    }

    /** Reads a file that may be missing. */
    static Optional<JsonFacts> find(BundleFiles files, String file) {
        try (InputStream in = files.open(file)) {
            return Optional.of(
                    new JsonFacts(files.location(), file, JsonMapper.shared().readTree(in)));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        } catch (JacksonException e) {
            throw new BundleException(files.location(), file, "is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new BundleException(files.location(), file, "cannot be read: " + e.getMessage(), e);
        }
    }

    /** Whether the field is there and not null; {@code field} is a path such as {@code text_config.vocab_size}. */
    boolean has(String field) {
        JsonNode node = node(field);
        return !node.isMissingNode() && !node.isNull();
    }

    Optional<Double> number(String field) {
        return value(field, "a number", node -> node.isNumber() ? node.asDouble() : null);
    }

    Optional<Integer> integer(String field) {
        return value(field, "an integer", node -> node.isInt() ? node.asInt() : null);
    }

    Optional<Boolean> flag(String field) {
        return value(field, "true or false", node -> node.isBoolean() ? node.asBoolean() : null);
    }

    Optional<String> text(String field) {
        return value(field, "a string", node -> node.isString() ? node.asString() : null);
    }

    Optional<List<String>> texts(String field) {
        return value(field, "a list of strings", node -> list(node, JsonNode::isString, JsonNode::asString));
    }

    Optional<List<Double>> numbers(String field) {
        return value(field, "a list of numbers", node -> list(node, JsonNode::isNumber, JsonNode::asDouble));
    }

    /** The names of the fields of an object; none where there is no object. */
    List<String> names(String field) {
        return List.copyOf(node(field).propertyNames());
    }

    /** Field {@code name} of object {@code field}, for names that contain dots. */
    String textOf(String field, String name) {
        return node(field).path(name).asString();
    }

    /** Unwraps a fact that nothing else knows. */
    <T> T require(String field, Optional<T> fact) {
        return fact.orElseThrow(() -> fault("lacks " + field + "; it has "
                + root.propertyNames().stream().sorted().collect(Collectors.joining(", "))));
    }

    /** A fault in this file. */
    BundleException fault(String fault) {
        return new BundleException(bundle, file, fault);
    }

    private JsonNode node(String field) {
        JsonNode node = root;
        for (String name : field.split("\\.", -1)) {
            node = node.path(name);
        }
        return node;
    }

    private <T> Optional<T> value(String field, String type, Function<JsonNode, @Nullable T> reader) {
        if (!has(field)) {
            return Optional.empty();
        }
        T value = reader.apply(node(field));
        if (value == null) {
            throw fault("has " + field + " = " + node(field) + ", which should be " + type);
        }
        return Optional.of(value);
    }

    private static <T> @Nullable List<T> list(JsonNode node, Predicate<JsonNode> type, Function<JsonNode, T> reader) {
        boolean fits = node.isArray() && node.valueStream().allMatch(type);
        return fits ? node.valueStream().map(reader).toList() : null;
    }
}
