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
    private final ImageUrls urls;
    private final StageMeters meters;
    private final Spans spans;
    private final AnswerRoom room;

    public ModelCalls(
            Models models,
            RequestDeadlines deadlines,
            ImageUrls urls,
            StageMeters meters,
            Spans spans,
            AnswerRoom room) {
        this.room = room;
        this.urls = urls;
        this.meters = meters;
        this.spans = spans;
        this.models = models;
        this.deadlines = deadlines;
    }

    /**
     * A call to the model of this name, or to the main model.
     *
     * @throws ProblemException if there is no such model, or the request's own deadline cannot be read
     */
    public ModelCall open(HttpServletRequest request, Optional<String> model) {
        return new ModelCall(model.map(this::find).orElseGet(models::main), deadlines.of(request), urls, meters, spans);
    }

    /**
     * Waits for the memory of an answer with so many pairs.
     *
     * @throws ProblemException if there is none for a while
     */
    public void awaitRoomForPairs(HttpServletRequest request, ModelCall call, int images, int texts) {
        room.awaitPairs(request, call.deadline(), images, texts);
    }

    /**
     * Waits for the memory of an answer with so many embeddings.
     *
     * @throws ProblemException if there is none for a while
     */
    public void awaitRoomForEmbeddings(HttpServletRequest request, ModelCall call, int embeddings) {
        room.awaitEmbeddings(
                request, call.deadline(), embeddings, call.model().clip().dimension());
    }

    /**
     * Waits for the memory of an answer that is a label set's definition.
     *
     * @param bytes about how much the definition takes
     * @throws ProblemException if there is none for a while
     */
    void awaitRoomForDefinition(HttpServletRequest request, ModelCall call, long bytes) {
        room.awaitDefinition(request, call.deadline(), bytes);
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
