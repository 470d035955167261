package dev.clipserve.labels;

import dev.clipserve.labels.LabelSet.Entry;
import dev.clipserve.labels.LabelSetException.Reason;
import dev.clipserve.zeroshot.InvalidLabelsException;
import dev.clipserve.zeroshot.InvalidTemplatesException;
import dev.clipserve.zeroshot.LabelLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Definitions as JSON objects, the same over HTTP, in declared files and in stores: {@code name}, {@code description},
 * {@code labels} (each a text, or {@code {label, prompts}}), {@code templates}, {@code none_label}. Reading says what
 * is not built like that; limits are {@link LabelSetRules}'.
 */
public final class LabelSetJson {

    private static final Set<String> FIELDS =
            new TreeSet<>(Set.of("name", "description", "labels", "templates", "none_label"));
    private static final Set<String> ENTRY_FIELDS = new TreeSet<>(Set.of("label", "prompts"));

    private LabelSetJson() {}

    /**
     * Reads a definition.
     *
     * @param name what the set is called, which its {@code name} must not contradict
     * @throws LabelSetException if it is {@link Reason#MALFORMED}
     * @throws InvalidLabelsException if there are no labels, or one twice
     * @throws InvalidTemplatesException if there is an empty list of templates
     */
    public static LabelSet read(String name, JsonNode root) {
        if (!LabelSet.isName(name)) {
            throw malformed("'" + LabelLimits.shorten(name) + "' is no name for a label set; one has "
                    + LabelSet.NAME_RULE + ".");
        }
        requireObject(root, "The label set", FIELDS);
        String inside = text(root, "name").orElse(name);
        if (!inside.equals(name)) {
            throw malformed("'name' is '" + LabelLimits.shorten(inside) + "', but the set is called '" + name
                    + "'; leave it out, or give the same.");
        }
        List<Entry> entries = entries(root);
        Optional<String> noneLabel = text(root, "none_label").map(String::strip);
        List<String> templates = texts(root, "templates", "'templates'");
        if (templates.isEmpty() && root.hasNonNull("templates")) {
            throw new InvalidTemplatesException("'templates' is empty; leave it out for the model's own.");
        }
        return new LabelSet(name, text(root, "description"), entries, templates, noneLabel);
    }

    /**
     * Reads what a store has under a name.
     *
     * @param fault told in words for the log, which quote none of the texts, where that is no definition
     */
    public static Optional<LabelSet> readStored(String name, byte[] json, Consumer<String> fault) {
        try {
            return Optional.of(read(name, JsonMapper.shared().readTree(json)));
        } catch (JacksonException | LabelSetException | InvalidLabelsException | InvalidTemplatesException e) {
            fault.accept(DefinitionFault.of(e));
            return Optional.empty();
        }
    }

    private static List<Entry> entries(JsonNode root) {
        JsonNode labels = root.path("labels");
        if (!labels.isArray()) {
            throw malformed("'labels' is " + kind(labels) + "; it must be a list of labels, each a string or"
                    + " {\"label\": …, \"prompts\": […]}.");
        }
        List<Entry> entries = new ArrayList<>();
        for (JsonNode label : labels) {
            entries.add(entry(label, "Label " + (entries.size() + 1)));
        }
        return entries;
    }

    private static Entry entry(JsonNode node, String what) {
        if (node.isString()) {
            return Entry.of(node.asString().strip());
        }
        if (!node.isObject()) {
            throw malformed(what + " is " + kind(node) + "; it must be a string or {\"label\": …, \"prompts\": […]}.");
        }
        requireObject(node, what, ENTRY_FIELDS);
        String label = text(node, "label").orElseThrow(() -> malformed(what + " has no 'label'."));
        List<String> prompts = texts(node, "prompts", "'prompts' of label '" + LabelLimits.shorten(label) + "'");
        if (prompts.isEmpty() && node.hasNonNull("prompts")) {
            throw new InvalidLabelsException("The prompts of label '" + LabelLimits.shorten(label)
                    + "' are empty; leave them out for the templates.");
        }
        return new Entry(label.strip(), prompts);
    }

    private static void requireObject(JsonNode node, String what, Set<String> allowed) {
        if (!node.isObject()) {
            throw malformed(what + " is " + kind(node) + "; it must be an object.");
        }
        for (String field : node.propertyNames()) {
            if (!allowed.contains(field)) {
                throw malformed(what + " has an unknown field '" + LabelLimits.shorten(field) + "'; allowed are "
                        + String.join(", ", allowed) + ".");
            }
        }
    }

    private static Optional<String> text(JsonNode object, String field) {
        JsonNode node = object.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isString()) {
            throw malformed("'" + field + "' is " + kind(node) + "; it must be a string.");
        }
        return Optional.of(node.asString());
    }

    private static List<String> texts(JsonNode object, String field, String what) {
        JsonNode node = object.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return List.of();
        }
        if (!node.isArray()) {
            throw malformed(what + " is " + kind(node) + "; it must be a list of strings.");
        }
        return node.valueStream()
                .map(element -> {
                    if (!element.isString()) {
                        throw malformed("An element of " + what + " is " + kind(element) + "; it must be a string.");
                    }
                    return element.asString();
                })
                .toList();
    }

    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case STRING -> "the string '" + LabelLimits.shorten(node.asString()) + "'";
            case NUMBER, BOOLEAN -> "the value " + LabelLimits.shorten(node.toString()) + " without quotes";
            case MISSING -> "missing";
            case NULL, BINARY, POJO -> "null";
        };
    }

    private static LabelSetException malformed(String message) {
        return new LabelSetException(Reason.MALFORMED, message);
    }

    /** The definition as {@link #read} takes it. */
    public static ObjectNode write(LabelSet set) {
        ObjectNode root = JsonMapper.shared().createObjectNode().put("name", set.name());
        set.description().ifPresent(description -> root.put("description", description));
        ArrayNode labels = root.putArray("labels");
        for (Entry entry : set.entries()) {
            if (entry.prompts().isEmpty()) {
                labels.add(entry.label());
            } else {
                addAll(labels.addObject().put("label", entry.label()).putArray("prompts"), entry.prompts());
            }
        }
        if (!set.templates().isEmpty()) {
            addAll(root.putArray("templates"), set.templates());
        }
        set.noneLabel().ifPresent(none -> root.put("none_label", none));
        return root;
    }

    private static void addAll(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }
}
