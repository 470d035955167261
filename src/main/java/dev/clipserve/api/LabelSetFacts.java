package dev.clipserve.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.clipserve.labels.EncodingProgress;
import dev.clipserve.labels.LabelSetStatus;
import dev.clipserve.labels.LabelSetSummary;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What answers say of label sets. */
public final class LabelSetFacts {

    private LabelSetFacts() {}

    /** Every set. */
    record Overview(@JsonProperty("label_sets") List<Entry> labelSets) {}

    /** A set without its labels. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Entry(String name, @Nullable String description, int size, String version, String source) {

        static Entry of(LabelSetSummary set) {
            return new Entry(
                    set.name(),
                    set.description().orElse(null),
                    set.size(),
                    set.version(),
                    set.source().name().toLowerCase(Locale.ROOT));
        }
    }

    /** How far a set is encoded, in prompts. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Status(
            String name,
            String version,
            String model,
            String state,
            int done,
            int total,
            @Nullable String error) {

        static Status of(LabelSetStatus status) {
            EncodingProgress progress = status.progress();
            return new Status(
                    status.name(),
                    status.version(),
                    status.model(),
                    progress.state().name().toLowerCase(Locale.ROOT),
                    progress.done(),
                    progress.total(),
                    progress.error().orElse(null));
        }
    }

    /** Which version of a set a classification used. */
    public record Used(String name, String version) {}
}
