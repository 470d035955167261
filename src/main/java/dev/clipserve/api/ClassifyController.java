package dev.clipserve.api;

import dev.clipserve.api.ClassifyRequest.NamedSet;
import dev.clipserve.api.ClassifyRequest.OwnLabels;
import dev.clipserve.api.ClassifyResponse.Prediction;
import dev.clipserve.api.ClassifyResponse.Result;
import dev.clipserve.api.ClassifyResponse.Warning;
import dev.clipserve.clip.EmbeddedImage;
import dev.clipserve.labels.LabelSets;
import dev.clipserve.labels.PreparedSet;
import dev.clipserve.zeroshot.LabelEmbeddings;
import dev.clipserve.zeroshot.ScoredLabel;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /classify}: labels first, since they can be refused cheaply; then image by image, each prepared and
 * encoded by itself, so that one bad image costs only its own result.
 */
@RestController
public class ClassifyController {

    private final ModelCalls calls;
    private final LabelSets sets;
    private final ClassifyRequestReader reader;
    private final RequestLimits limits;

    public ClassifyController(ModelCalls calls, LabelSets sets, RequestLimits limits) {
        this.calls = calls;
        this.sets = sets;
        this.limits = limits;
        this.reader = new ClassifyRequestReader(limits);
    }

    @PostMapping(path = "/classify", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<ClassifyResponse> classify(HttpServletRequest http) throws IOException, ServletException {
        ImageBody body = ImageBody.read(http, ClassifyRequestReader.FIELDS, limits.maxBodyBytes());
        ModelCall call = calls.open(http, body.fields().text("model"));
        ClassifyRequest request = reader.read(call.model(), body);
        Chosen chosen = choose(call, request.labels());
        if (!request.truncate()) {
            CutTexts.refuse("Label", chosen.labels().cut());
        }
        int kept = Math.min(
                request.options().top().orElse(Integer.MAX_VALUE),
                chosen.labels().size());
        new PairRules(limits).check(request.images().size(), kept, "labels ('top' makes them fewer)");
        List<Result> results = ImageOutcome.results(
                call.embed(request.images()), image -> result(call, request, chosen, image), Result::failed);
        return call.answer(new ClassifyResponse(call.model().name(), chosen.set(), results, warnings(chosen.labels())));
    }

    /**
     * The labels of a request, encoded.
     *
     * @param set the set that they are; null where the request brought them
     */
    private record Chosen(LabelEmbeddings labels, Optional<String> noneLabel, LabelSetFacts.@Nullable Used set) {}

    private Chosen choose(ModelCall call, ClassifyRequest.Labels labels) {
        return switch (labels) {
            case OwnLabels own -> new Chosen(call.labels(own.labels(), own.templates()), own.noneLabel(), null);
            case NamedSet named -> {
                PreparedSet set = call.labelSet(sets, named.name());
                yield new Chosen(set.labels(), set.noneLabel(), new LabelSetFacts.Used(set.name(), set.version()));
            }
        };
    }

    private static Result result(ModelCall call, ClassifyRequest request, Chosen chosen, EmbeddedImage image) {
        List<ScoredLabel> scored = call.score(
                () -> call.model().classifier().classify(image.embedding(), chosen.labels(), request.options()));
        return Result.of(scored.stream().map(label -> prediction(chosen, label)).toList(), ImageFacts.of(image));
    }

    private static Prediction prediction(Chosen chosen, ScoredLabel label) {
        boolean none = chosen.noneLabel().filter(label.label()::equals).isPresent();
        return new Prediction(
                label.label(),
                label.probability().isPresent() ? (float) label.probability().getAsDouble() : null,
                (float) label.similarity(),
                none ? true : null);
    }

    private static List<Warning> warnings(LabelEmbeddings labels) {
        return labels.cut().stream()
                .map(label -> new Warning(label.label(), label.tokens(), label.context()))
                .toList();
    }
}
