package dev.clipserve.api;

import dev.clipserve.api.ClassifyRequest.NamedSet;
import dev.clipserve.api.ClassifyRequest.OwnLabels;
import dev.clipserve.api.ClassifyResponse.Result;
import dev.clipserve.clip.EmbeddedImage;
import dev.clipserve.labels.LabelSets;
import dev.clipserve.zeroshot.ScoredLabel;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
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
        ImageBody body = ImageBody.read(http, ClassifyRequestReader.FIELDS, limits);
        ModelCall call = calls.open(http, body.fields().text("model"));
        new ImageRules(limits).check(body.images());
        ClassifyRequest request = reader.read(call.model(), body.fields());
        ChosenLabels chosen = choose(call, request.labels());
        chosen.refuseCut(request);
        int kept = Math.min(
                request.options().top().orElse(Integer.MAX_VALUE),
                chosen.labels().size());
        new PairRules(limits).check(body.images().size(), kept, "labels ('top' makes them fewer)");
        List<ImageOutcome> images = call.embed(body.images());
        call.awaitRoomForPairs(images.size(), kept);
        List<Result> results =
                ImageOutcome.results(images, image -> result(call, request, chosen, image), Result::failed);
        return call.answer(new ClassifyResponse(call.model().name(), chosen.set(), results, chosen.warnings()));
    }

    private ChosenLabels choose(ModelCall call, ClassifyRequest.Labels labels) {
        return switch (labels) {
            case OwnLabels own -> ChosenLabels.of(own, call.labels(own.labels(), own.templates()));
            case NamedSet named -> ChosenLabels.of(call.labelSet(sets, named.name()));
        };
    }

    private static Result result(ModelCall call, ClassifyRequest request, ChosenLabels chosen, EmbeddedImage image) {
        List<ScoredLabel> scored = call.score(
                () -> call.model().classifier().classify(image.embedding(), chosen.labels(), request.options()));
        return chosen.result(scored, image);
    }
}
