package dev.clipserve.labels;

import dev.clipserve.zeroshot.InvalidLabelsException;
import dev.clipserve.zeroshot.InvalidTemplatesException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

/** What is wrong with a stored definition, in words for the log: without the texts in it, which messages quote. */
final class DefinitionFault {

    private DefinitionFault() {}

    /** The fault that reading a definition ended with. */
    static String of(RuntimeException e) {
        return switch (e) {
            case JacksonException syntax -> "it is not valid JSON" + place(syntax.getLocation());
            case InvalidLabelsException labels -> "it has no labels, or one without prompts or twice";
            case InvalidTemplatesException templates -> "its templates are empty, or are not known here";
            default -> "it is not built like a definition";
        };
    }

    /** Where a fault is, as the end of a sentence; nothing where the parser does not know. */
    static String place(@Nullable TokenStreamLocation place) {
        return place == null || place.getLineNr() < 1
                ? ""
                : " at line " + place.getLineNr() + ", column " + place.getColumnNr();
    }
}
