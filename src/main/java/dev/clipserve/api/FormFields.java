package dev.clipserve.api;

import dev.clipserve.zeroshot.LabelLimits;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Fields of a query string or of a multipart form: texts, each name once or more often. */
final class FormFields implements RequestFields {

    /**
     * Java's parsers also take {@code 1d}, {@code 0x1p3} and digits of other scripts, which JSON bodies cannot have.
     */
    private static final Pattern NUMBER = Pattern.compile("[-+]?([0-9.]+([eE][-+]?[0-9]+)?|NaN|Infinity)");

    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final long maxTokens;

    /** No fields yet, and later any number of texts: for callers in the same process. */
    FormFields() {
        this(JsonFields.MOST_TOKENS);
    }

    /**
     * No fields yet.
     *
     * @param maxTokens tokens of a field that is a JSON array
     */
    FormFields(long maxTokens) {
        this.maxTokens = maxTokens;
    }

    /** The fields of a query string, percent-encoded UTF-8; no longer than the container lets it be. */
    static FormFields ofQuery(@Nullable String query) {
        return ofQuery(query, JsonFields.MOST_TOKENS);
    }

    /** The fields of a query string, to which those of a form may come. */
    static FormFields ofQuery(@Nullable String query, long maxTokens) {
        var fields = new FormFields(maxTokens);
        if (query == null) {
            return fields;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (!pair.isEmpty()) {
                fields.add(
                        decode(equals < 0 ? pair : pair.substring(0, equals)),
                        equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return fields;
    }

    private static String decode(String encoded) {
        try {
            // By way of bytes: decoded to UTF-8 at once, what is not UTF-8 would become a replacement character.
            return utf8(URLDecoder.decode(encoded, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw new ProblemException(
                    ProblemType.INVALID_REQUEST,
                    "The query is not percent-encoded UTF-8: " + shorten(encoded) + ".",
                    e);
        }
    }

    /** Decodes bytes that have to be UTF-8. */
    static String utf8(byte[] content) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(content))
                .toString();
    }

    void add(String name, String value) {
        values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }

    @Override
    public Set<String> names() {
        return values.keySet();
    }

    @Override
    public Optional<List<String>> texts(String name, Separator separator) {
        List<String> given = values.get(name);
        if (given == null || given.size() > 1) {
            return Optional.ofNullable(given);
        }
        String only = given.getFirst();
        if (only.strip().startsWith("[")) {
            return Optional.of(jsonArray(name, only));
        }
        return Optional.of(separator == Separator.COMMA ? CommaSeparated.all(only) : given);
    }

    private List<String> jsonArray(String name, String json) {
        try {
            JsonNode array = JsonFields.mapper(maxTokens).readTree(json);
            if (array.isArray() && array.valueStream().allMatch(JsonNode::isString)) {
                return array.valueStream().map(JsonNode::asString).toList();
            }
            throw RequestFields.wrong(name, shorten(json), "a JSON array of strings, or the field repeated");
        } catch (JacksonException e) {
            throw new ProblemException(
                    ProblemType.MALFORMED_JSON,
                    "Field '" + name + "' starts like a JSON array but is none: " + JsonFields.place(e) + ".",
                    e);
        }
    }

    @Override
    public Optional<String> text(String name) {
        List<String> given = values.get(name);
        if (given == null) {
            return Optional.empty();
        }
        if (given.size() > 1) {
            throw RequestFields.wrong(name, "given " + given.size() + " times", "given once");
        }
        return Optional.of(given.getFirst());
    }

    @Override
    public Optional<Double> number(String name) {
        return parse(name, "a number", Double::valueOf);
    }

    @Override
    public Optional<Integer> integer(String name) {
        return parse(name, "a whole number", Integer::valueOf);
    }

    @Override
    public Optional<Boolean> flag(String name) {
        return text(name).map(value -> switch (value.strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw RequestFields.wrong(name, shorten(value), "true or false");
        });
    }

    private <T> Optional<T> parse(String name, String wanted, Function<String, T> parser) {
        return text(name).map(value -> {
            String number = value.strip();
            try {
                return parser.apply(NUMBER.matcher(number).matches() ? number : "");
            } catch (NumberFormatException e) {
                throw RequestFields.wrong(name, shorten(value), wanted);
            }
        });
    }

    private static String shorten(String value) {
        return "'" + LabelLimits.shorten(value) + "'";
    }
}
