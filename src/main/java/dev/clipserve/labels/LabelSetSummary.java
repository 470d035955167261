package dev.clipserve.labels;

import java.util.Optional;

/**
 * A set without its labels.
 *
 * @param size how many labels it has, the none label counted
 * @param bytes see {@link LabelSet#bytes}
 */
public record LabelSetSummary(
        String name, Optional<String> description, int size, long bytes, String version, Source source) {

    /** Where a definition comes from. */
    public enum Source {
        /** Created over HTTP; can be replaced and deleted. */
        STORED,
        /** From a file of the folder of declared sets. */
        DECLARED,
        /** Ships with the service. */
        PRESET
    }

    static LabelSetSummary of(LabelSet set, Source source) {
        return new LabelSetSummary(
                set.name(), set.description(), set.allEntries().size(), set.bytes(), set.version(), source);
    }
}
