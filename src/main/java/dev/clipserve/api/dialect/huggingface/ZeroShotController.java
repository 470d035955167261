package dev.clipserve.api.dialect.huggingface;

import dev.clipserve.api.JsonFields;
import dev.clipserve.api.ModelCall;
import dev.clipserve.api.ModelCalls;
import dev.clipserve.api.PairRules;
import dev.clipserve.api.ProblemException;
import dev.clipserve.api.ProblemType;
import dev.clipserve.api.RequestLimits;
import dev.clipserve.clip.EmbeddedImage;
import dev.clipserve.zeroshot.InvalidTemplatesException;
import dev.clipserve.zeroshot.LabelEmbeddings;
import dev.clipserve.zeroshot.LabelLimits;
import dev.clipserve.zeroshot.PromptTemplate;
import dev.clipserve.zeroshot.ScoredLabel;
import dev.clipserve.zeroshot.ScoringOptions;
import dev.clipserve.zeroshot.TemplateEnsemble;
import dev.clipserve.zeroshot.ZeroShotModel;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /models/{model}}: one image, and how well each candidate label fits, the best first. */
@RestController
public class ZeroShotController {

    private final ModelCalls calls;
    private final RequestLimits limits;

    public ZeroShotController(ModelCalls calls, RequestLimits limits) {
        this.calls = calls;
        this.limits = limits;
    }

    /** A candidate label and its probability. */
    record Candidate(String label, float score) {}

    /** Names may contain slashes, as on Hugging Face's hub. */
    @PostMapping(path = "/models/{*name}", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<List<Candidate>> classify(@PathVariable String name, HttpServletRequest http) throws IOException {
        ModelCall call = calls.open(http, Optional.of(name.replaceFirst("^/", "")));
        ZeroShotModel model = call.model();
        ZeroShotRequest request = ZeroShotRequest.read(JsonFields.read(http, limits));
        List<String> labels = limits.labels().check(request.labels(), Optional.empty());
        TemplateEnsemble template = template(request, model);
        limits.checkPrompts(labels, template);
        new PairRules(limits).check(1, labels.size(), "labels");
        call.awaitRoomForPairs(1, labels.size());

        LabelEmbeddings embeddings = call.labels(labels, template);
        refuseCut(embeddings);
        EmbeddedImage image = call.embed(List.of(request.image())).getFirst().orThrow();
        List<ScoredLabel> scored =
                call.score(() -> model.classifier().classify(image.embedding(), embeddings, options(model)));
        return call.answer(scored.stream().map(ZeroShotController::candidate).toList());
    }

    /** One template of the caller's own, and no preset. */
    private TemplateEnsemble template(ZeroShotRequest request, ZeroShotModel model) {
        String text = request.template();
        if (!text.contains(PromptTemplate.PLACE)) {
            throw new InvalidTemplatesException("'" + LabelLimits.shorten(text) + "' has no {} where the label goes.");
        }
        return limits.templates().check(List.of(text), model.presets());
    }

    /** The answer could not say that a label was cut. */
    private static void refuseCut(LabelEmbeddings labels) {
        labels.cut().stream().findFirst().ifPresent(label -> {
            throw new ProblemException(
                    ProblemType.LABEL_TOO_LONG,
                    "Label '" + LabelLimits.shorten(label.label()) + "' makes a prompt of " + label.tokens()
                            + " tokens; the model takes at most " + label.context() + ". Shorten it.");
        });
    }

    /** As the transformers pipeline: a sigmoid for each label where the model was trained with one, else a softmax. */
    private static ScoringOptions options(ZeroShotModel model) {
        return new ScoringOptions(model.classifier().standard(), 1, OptionalInt.empty(), OptionalDouble.empty());
    }

    private static Candidate candidate(ScoredLabel scored) {
        return new Candidate(scored.label(), (float) scored.probability().orElseThrow());
    }
}
