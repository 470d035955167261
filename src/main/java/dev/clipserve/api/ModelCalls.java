package dev.clipserve.api;

import dev.clipserve.zeroshot.LabelLimits;
import dev.clipserve.zeroshot.Models;
import dev.clipserve.zeroshot.ZeroShotModel;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** Opens calls: finds the model that a request names, and until when its answer is of use. */
public final class ModelCalls {

    private final Models models;
    private final RequestDeadlines deadlines;
    private final Shared shared;

    /**
     * What calls share, whichever model they are to.
     *
     * @param urls where images come from that requests name by URL
     * @param meters what calls are counted and timed by
     * @param spans the stages of calls in traces
     * @param room memory for large answers
     */
    public record Shared(ImageUrls urls, StageMeters meters, Spans spans, AnswerRoom room) {}

    public ModelCalls(Models models, RequestDeadlines deadlines, Shared shared) {
        this.models = models;
        this.deadlines = deadlines;
        this.shared = shared;
    }

    /**
     * A call to the model of this name, or to the main model.
     *
     * @throws ProblemException if there is no such model, or the request's own deadline cannot be read
     */
    public ModelCall open(HttpServletRequest request, Optional<String> model) {
        return new ModelCall(request, model.map(this::find).orElseGet(models::main), deadlines.of(request), shared);
    }

    /**
     * The model of this name.
     *
     * @throws ProblemException if there is none
     */
    public ZeroShotModel find(String name) {
        return models.find(name)
                .orElseThrow(() -> new ProblemException(
                        ProblemType.UNKNOWN_MODEL,
                        "There is no model '" + LabelLimits.shorten(name) + "'; there is "
                                + String.join(", ", models.names()) + "."));
    }
}
