package dev.clipserve.api;

import dev.clipserve.api.ClassifyResponse.Image;
import dev.clipserve.api.ClassifyResponse.Prediction;
import dev.clipserve.api.ClassifyResponse.Result;
import dev.clipserve.api.ClassifyResponse.Warning;
import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.EmbeddedImage;
import dev.clipserve.image.InvalidImageException;
import dev.clipserve.zeroshot.LabelEmbeddings;
import dev.clipserve.zeroshot.Models;
import dev.clipserve.zeroshot.ScoredLabel;
import dev.clipserve.zeroshot.ZeroShotModel;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
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

    private final ZeroShotModel model;
    private final ClassifyRequestReader reader;
    private final RequestLimits limits;
    private final RequestDeadlines deadlines;

    /**
     * A controller over one loaded model.
     *
     * @param deadlines until when answers are of use
     */
    public ClassifyController(Models models, RequestLimits limits, RequestDeadlines deadlines) {
        this.model = models.main();
        this.limits = limits;
        this.deadlines = deadlines;
        this.reader = new ClassifyRequestReader(
                model.name(), model.classifier().scoresIndependently(), model.presets(), limits);
    }

    @PostMapping(path = "/classify", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<ClassifyResponse> classify(HttpServletRequest http) throws IOException, ServletException {
        Deadline deadline = deadlines.of(http);
        ClassifyBody body = ClassifyBody.read(http, limits.maxBodyBytes());
        ClassifyRequest request = reader.read(body.fields(), body.images());
        var times = new StageTimes();
        LabelEmbeddings labels =
                times.time("text", () -> model.labels().encode(request.labels(), request.templates(), deadline));
        refuseCutLabels(request, labels);
        var call = new Call(request, labels, deadline, times);
        List<Result> results = request.images().size() == 1
                ? List.of(result(call, request.images().getFirst()))
                : concurrently(request.images(), image -> result(call, image));
        return ResponseEntity.ok()
                .header("Server-Timing", times.header())
                .body(new ClassifyResponse(model.name(), results, warnings(labels)));
    }

    /** What the images of one request have in common. */
    private record Call(ClassifyRequest request, LabelEmbeddings labels, Deadline deadline, StageTimes times) {}

    /**
     * Each image on a thread of its own, so that they share batches; how many are decoded at once is bounded elsewhere.
     */
    private static List<Result> concurrently(List<ImageSource> images, Function<ImageSource, Result> work) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Result>> results = images.stream()
                    .map(image -> CompletableFuture.supplyAsync(() -> work.apply(image), threads))
                    .toList();
            return results.stream().map(CompletableFuture::join).toList();
        }
    }

    private static void refuseCutLabels(ClassifyRequest request, LabelEmbeddings labels) {
        if (request.truncate()) {
            return;
        }
        labels.cut().stream().findFirst().ifPresent(label -> {
            throw new ProblemException(
                    ProblemType.LABEL_TOO_LONG,
                    "Label '" + LabelRules.shorten(label.label()) + "' makes a prompt of " + label.tokens()
                            + " tokens; the model takes " + label.context() + ", and truncate is false.");
        });
    }

    /** With a single image its problem is the answer; with several it is one result among them. */
    private Result result(Call call, ImageSource source) {
        try {
            return answer(call, source.bytes());
        } catch (InvalidImageException | ProblemException e) {
            if (call.request().images().size() == 1) {
                throw e;
            }
            return Result.failed(
                    e instanceof InvalidImageException invalid
                            ? ImageProblems.of(invalid)
                            : ((ProblemException) e).problem());
        }
    }

    private Result answer(Call call, byte[] bytes) {
        EmbeddedImage image = model.images().embed(bytes, call.deadline(), call.times());
        List<ScoredLabel> scored = call.times()
                .time(
                        "score",
                        () -> model.classifier()
                                .classify(
                                        image.embedding(),
                                        call.labels(),
                                        call.request().options()));
        return Result.of(
                scored.stream().map(label -> prediction(call.request(), label)).toList(),
                new Image(image.format().wireName(), image.width(), image.height()));
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
