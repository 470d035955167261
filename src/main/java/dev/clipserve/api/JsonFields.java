package dev.clipserve.api;

import dev.clipserve.zeroshot.LabelLimits;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/** The fields of a JSON object, each with a type of its own; null counts as absent. */
public final class JsonFields implements RequestFields {

    /** Deep enough for any request, shallow enough that nesting cannot exhaust a stack. */
    private static final int MAX_DEPTH = 16;

    /**
     * Enough for a label set of a million prompts; other requests have {@link RequestLimits#maxTokens}. An empty object
     * takes two tokens and three bytes of a body, but a hundred bytes of memory.
     */
    static final long MOST_TOKENS = 1_200_000;

    /** Characters of a message of Jackson's that are passed on: it quotes names, and these may be long. */
    private static final int SHOWN_FAULT = 200;

    /** What Jackson's messages say to Java programmers, which a caller cannot use. */
    private static final Pattern JACKSON_ADVICE =
            Pattern.compile(" \\(start marker at .*|: enable `.*|, from `[^`]*`", Pattern.DOTALL);

    /** By how many tokens they read: a request's and a label set's. */
    private static final Map<Long, JsonMapper> MAPPERS = new ConcurrentHashMap<>();

    private final JsonNode object;

    private JsonFields(JsonNode object) {
        this.object = object;
    }

    /**
     * Reads the body of a request, which has to be one JSON object; what it calls itself does not matter.
     *
     * @throws ProblemException if it is something else, or too large
     */
    public static JsonFields read(HttpServletRequest request, RequestLimits limits) throws IOException {
        return read(new LimitedInputStream(request.getInputStream(), limits.maxBodyBytes()), limits);
    }

    /** Reads a body that has to be one JSON object, with no more in it than a request may have. */
    public static JsonFields read(InputStream body, RequestLimits limits) {
        return of(tree(body, limits.maxTokens()), "The body");
    }

    /** Reads a body that has to be JSON, with as much in it as a label set may have. */
    static JsonNode tree(InputStream body) {
        return tree(body, MOST_TOKENS);
    }

    /** What reads JSON of so many tokens at most. */
    static JsonMapper mapper(long maxTokens) {
        return MAPPERS.computeIfAbsent(maxTokens, JsonFields::newMapper);
    }

    /* A string may be as long as the body, whose size is limited before: it may be an image in base64. */
    private static JsonMapper newMapper(long maxTokens) {
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxStringLength(Integer.MAX_VALUE)
                                .maxNestingDepth(MAX_DEPTH)
                                .maxTokenCount(maxTokens)
                                .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    private static JsonNode tree(InputStream body, long maxTokens) {
        try {
            return mapper(maxTokens).readTree(body);
        } catch (JacksonException e) {
            throw new ProblemException(ProblemType.MALFORMED_JSON, "The body is not valid JSON: " + place(e) + ".", e);
        }
    }

    private static JsonFields of(JsonNode node, String what) {
        if (!node.isObject()) {
            throw ProblemException.invalid(what + " is " + kind(node) + "; it must be a JSON object.");
        }
        return new JsonFields(node);
    }

    /** Nothing is looked for in what is cut anyway. */
    private static String withoutAdvice(String message) {
        return JACKSON_ADVICE
                .matcher(LabelLimits.shorten(message, 2 * SHOWN_FAULT))
                .replaceAll("");
    }

    /** What Jackson found wrong, and at which line and column; what it quotes of the caller's is cut. */
    static String place(JacksonException e) {
        TokenStreamLocation location = e.getLocation();
        // Of what is read without a type this can only be a second value, which Jackson tells in words for its own
        // users.
        String fault = e instanceof MismatchedInputException
                ? "something follows its end"
                : LabelLimits.shorten(withoutAdvice(e.getOriginalMessage()), SHOWN_FAULT);
        return location == null || location.getLineNr() < 1
                ? fault
                : fault + ", at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(object.propertyNames());
    }

    /** A list of objects. */
    public Optional<List<JsonFields>> objects(String name) {
        return value(
                name,
                JsonNode::isArray,
                "a list of objects",
                array -> array.valueStream()
                        .map(element -> of(element, "An element of '" + name + "'"))
                        .toList());
    }

    /** An object. */
    public Optional<JsonFields> object(String name) {
        return value(name, JsonNode::isObject, "an object", JsonFields::new);
    }

    /** A list of whole numbers. */
    public Optional<List<Integer>> integers(String name) {
        return value(
                name,
                node -> node.isArray() && node.valueStream().allMatch(JsonNode::isInt),
                "a list of whole numbers up to " + Integer.MAX_VALUE,
                array -> array.valueStream().map(JsonNode::asInt).toList());
    }

    /** Whether the field is a text, for fields that may also be something else. */
    public boolean isText(String name) {
        return object.path(name).isString();
    }

    /** Whether the field is a list that starts with a number, or with a list: token ids, where texts are expected. */
    public boolean isNumbers(String name) {
        JsonNode first = object.path(name).path(0);
        return first.isNumber() || first.isArray();
    }

    /** Texts, of which a single one need not be in a list. */
    public Optional<List<String>> textOrTexts(String name) {
        return isText(name)
                ? text(name).map(List::of)
                : value(name, JsonFields::isTexts, "a string or a list of strings", JsonFields::strings);
    }

    @Override
    public Optional<List<String>> texts(String name, Separator separator) {
        return value(name, JsonFields::isTexts, "a list of strings", JsonFields::strings);
    }

    private static boolean isTexts(JsonNode node) {
        return node.isArray() && node.valueStream().allMatch(JsonNode::isString);
    }

    private static List<String> strings(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).toList();
    }

    @Override
    public Optional<String> text(String name) {
        return value(name, JsonNode::isString, "a string", JsonNode::asString);
    }

    @Override
    public Optional<Double> number(String name) {
        // From its text: a whole number that no double can hold is Infinity like any other, not a failure.
        return value(name, JsonNode::isNumber, "a number", node -> Double.valueOf(node.asString()));
    }

    @Override
    public Optional<Integer> integer(String name) {
        return value(name, JsonNode::isInt, "a whole number", JsonNode::asInt);
    }

    @Override
    public Optional<Boolean> flag(String name) {
        return value(name, JsonNode::isBoolean, "true or false", JsonNode::asBoolean);
    }

    private <T> Optional<T> value(String name, Predicate<JsonNode> type, String wanted, Function<JsonNode, T> reader) {
        JsonNode node = object.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!type.test(node)) {
            throw RequestFields.wrong(name, kind(node), wanted);
        }
        return Optional.of(reader.apply(node));
    }

    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> node.isEmpty() ? "an empty list" : "a list";
            case OBJECT -> "an object";
            case STRING -> "a string";
            case NUMBER -> "the number " + node;
            case BOOLEAN -> "the value " + node;
            case NULL -> "null";
            case BINARY, MISSING, POJO -> "empty";
        };
    }
}
