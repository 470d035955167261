package dev.clipserve.labels;

import dev.clipserve.clip.ContentHash;
import dev.clipserve.zeroshot.LabelLimits;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A named list of labels with their prompts, as it was defined; no model has a say in it.
 *
 * @param description for people
 * @param entries the labels, in their order
 * @param templates own ones and names of presets, for the entries without prompts; empty for the model's own
 * @param noneLabel a text for "none of these", which competes like a label
 */
public record LabelSet(
        String name,
        Optional<String> description,
        List<Entry> entries,
        List<String> templates,
        Optional<String> noneLabel) {

    /** What names are like, in words. */
    public static final String NAME_RULE =
            "1 to 100 small letters, digits and '.', '_', '-', with a letter or digit in front";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

    /** 128 bits: as many as a hash needs that nobody is to meet twice by chance. */
    private static final int VERSION_DIGITS = 32;

    /** A character of a text, and of the JSON that the text is read from. */
    private static final int CHARACTER_BYTES = 2;

    /** What a text takes beside its characters, as an object in a list. */
    private static final int TEXT_BYTES = 64;

    /** What a label with prompts takes beside its texts, as a JSON object. */
    private static final int OBJECT_BYTES = 320;

    /**
     * A label.
     *
     * @param prompts what the text encoder reads instead of the label in templates; empty for the templates
     */
    public record Entry(String label, List<String> prompts) {

        public Entry {
            prompts = List.copyOf(prompts);
        }

        /** A label that is put into the templates. */
        public static Entry of(String label) {
            return new Entry(label, List.of());
        }

        private long bytes() {
            return bytesOf(label)
                    + prompts.stream().mapToLong(LabelSet::bytesOf).sum()
                    + (prompts.isEmpty() ? 0 : OBJECT_BYTES);
        }
    }

    /**
     * A set with a name that is one.
     *
     * @throws dev.clipserve.zeroshot.InvalidLabelsException if there are no labels, or one twice
     */
    public LabelSet {
        entries = List.copyOf(entries);
        templates = List.copyOf(templates);
        if (!isName(name)) {
            throw new IllegalArgumentException("'" + name + "' is no name");
        }
        LabelLimits.refuseNone(entries);
        LabelLimits.refuseDuplicates(entries.stream().map(Entry::label).toList(), noneLabel);
    }

    /** Whether a set may be called this. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** The entries, and behind them the none label where there is one. */
    List<Entry> allEntries() {
        return Stream.concat(entries.stream(), noneLabel.map(Entry::of).stream())
                .toList();
    }

    /** About how much memory the definition takes while it is read from a store and written as JSON. */
    public long bytes() {
        Stream<String> others = Stream.of(description.stream(), templates.stream(), noneLabel.stream())
                .flatMap(texts -> texts);
        return entries.stream().mapToLong(Entry::bytes).sum()
                + others.mapToLong(LabelSet::bytesOf).sum();
    }

    private static long bytesOf(String text) {
        return TEXT_BYTES + (long) CHARACTER_BYTES * text.length();
    }

    /** 32 hexadecimal digits of a SHA-256 that stand for everything but the name. */
    public String version() {
        var hash = new ContentHash().texts(description.stream().toList()).number(entries.size());
        entries.forEach(entry -> hash.text(entry.label()).texts(entry.prompts()));
        return hash.texts(templates).texts(noneLabel.stream().toList()).hex().substring(0, VERSION_DIGITS);
    }
}
