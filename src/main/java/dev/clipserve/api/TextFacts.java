package dev.clipserve.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.clipserve.zeroshot.CutLabel;
import dev.clipserve.zeroshot.EncodedLabel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a text of a request was to the model.
 *
 * @param tokens start and end included
 * @param truncatedTo how many of them the model was given, where that is not all
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TextFacts(
        int tokens, @JsonProperty("truncated_to") @Nullable Integer truncatedTo) {

    static TextFacts of(EncodedLabel text) {
        return new TextFacts(text.tokens(), text.truncated() ? text.context() : null);
    }

    /** With {@code truncate=false}: refuses the first text that does not fit whole. */
    public static void refuseCut(List<EncodedLabel> texts) {
        CutTexts.refuse(
                "Text",
                texts.stream()
                        .filter(EncodedLabel::truncated)
                        .map(text -> new CutLabel(text.label(), text.tokens(), text.context()))
                        .toList());
    }
}
