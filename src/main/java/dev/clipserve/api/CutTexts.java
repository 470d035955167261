package dev.clipserve.api;

import dev.clipserve.zeroshot.CutLabel;
import dev.clipserve.zeroshot.LabelLimits;
import java.util.List;

/** What a request with {@code truncate=false} says of texts that the model cannot take whole. */
public final class CutTexts {

    private CutTexts() {}

    /**
     * Refuses the first, if there is one.
     *
     * @param what what the request calls them: {@code Label}
     */
    public static void refuse(String what, List<CutLabel> cut) {
        cut.stream().findFirst().ifPresent(text -> {
            throw new ProblemException(
                    ProblemType.LABEL_TOO_LONG,
                    what + " '" + LabelLimits.shorten(text.label()) + "' makes a prompt of " + text.tokens()
                            + " tokens; the model takes " + text.context() + ", and truncate is false.");
        });
    }
}
