package dev.clipserve.api;

import dev.clipserve.api.ClassifyResponse.Prediction;
import dev.clipserve.api.ClassifyResponse.Result;
import dev.clipserve.api.ClassifyResponse.Warning;
import dev.clipserve.clip.EmbeddedImage;
import dev.clipserve.zeroshot.LabelEmbeddings;
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
    private final ClassifyRequestReader reader;
    private final RequestLimits limits;

    public ClassifyController(ModelCalls calls, RequestLimits limits) {
        this.calls = calls;
        this.limits = limits;
        this.reader = new ClassifyRequestReader(limits);
    }

    @PostMapping(path = "/classify", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<ClassifyResponse> classify(HttpServletRequest http) throws IOException, ServletException {
        ImageBody body = ImageBody.read(http, ClassifyRequestReader.FIELDS, limits.maxBodyBytes());
        ModelCall call = calls.open(http, body.fields().text("model"));
        ClassifyRequest request = reader.read(call.model(), body);
        LabelEmbeddings labels = call.labels(request.labels(), request.templates());
        if (!request.truncate()) {
            CutTexts.refuse("Label", labels.cut());
        }
        List<Result> results = ImageOutcome.results(
                call.embed(request.images()), image -> result(call, request, labels, image), Result::failed);
        return call.answer(new ClassifyResponse(call.model().name(), results, warnings(labels)));
    }

    private static Result result(ModelCall call, ClassifyRequest request, LabelEmbeddings labels, EmbeddedImage image) {
        List<ScoredLabel> scored =
                call.score(() -> call.model().classifier().classify(image.embedding(), labels, request.options()));
        return Result.of(
                scored.stream().map(label -> prediction(request, label)).toList(), ImageFacts.of(image));
    }

    private static Prediction prediction(ClassifyRequest request, ScoredLabel label) {
        boolean none = request.noneLabel().filter(label.label()::equals).isPresent();
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
