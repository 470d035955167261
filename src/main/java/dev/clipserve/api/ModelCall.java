package dev.clipserve.api;

import dev.clipserve.batching.Deadline;
import dev.clipserve.batching.UnprocessableItemException;
import dev.clipserve.clip.EmbeddedImage;
import dev.clipserve.fetch.FetchedImage;
import dev.clipserve.image.ImagePreparer;
import dev.clipserve.image.InvalidImageException;
import dev.clipserve.labels.LabelSets;
import dev.clipserve.labels.PreparedSet;
import dev.clipserve.labels.TextModel;
import dev.clipserve.zeroshot.EncodedLabel;
import dev.clipserve.zeroshot.LabelEmbeddings;
import dev.clipserve.zeroshot.TemplateEnsemble;
import dev.clipserve.zeroshot.ZeroShotModel;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.springframework.http.ResponseEntity;

/**
 * One request to one model: what it asks of the model, until when the answer is of use, and how long each stage took.
 */
public final class ModelCall {

    private final HttpServletRequest http;
    private final ZeroShotModel model;
    private final Deadline deadline;
    private final ModelCalls.Shared shared;
    private final StageTimes times;

    ModelCall(HttpServletRequest http, ZeroShotModel model, Deadline deadline, ModelCalls.Shared shared) {
        this.http = http;
        this.model = model;
        this.deadline = deadline;
        this.shared = shared;
        this.times = new StageTimes(shared.spans(), model.name());
    }

    /** The model that is asked. */
    public ZeroShotModel model() {
        return model;
    }

    /** Until when the answer is of use. */
    public Deadline deadline() {
        return deadline;
    }

    /**
     * Refuses a wish for shorter embeddings.
     *
     * @throws ProblemException if the model's embeddings have another number of dimensions
     */
    public void requireDimension(int wanted) {
        int dimension = model.clip().dimension();
        if (wanted != dimension) {
            throw new ProblemException(
                    ProblemType.UNSUPPORTED_DIMENSIONS,
                    "Field 'dimensions' is " + wanted + "; embeddings of model '" + model.name() + "' have " + dimension
                            + " dimensions and cannot be shortened, since CLIP was not trained for that (it is not a"
                            + " Matryoshka model).");
        }
    }

    /**
     * Waits for the memory of an answer with so many pairs of an image and a text.
     *
     * @throws ProblemException if there is none for a while
     */
    public void awaitRoomForPairs(int images, int texts) {
        shared.room().awaitPairs(http, deadline, images, texts);
    }

    /**
     * Waits for the memory of an answer with so many embeddings.
     *
     * @throws ProblemException if there is none for a while
     */
    public void awaitRoomForEmbeddings(int embeddings) {
        shared.room().awaitEmbeddings(http, deadline, embeddings, model.clip().dimension());
    }

    /**
     * Waits for the memory of an answer that is a label set's definition.
     *
     * @param bytes about how much the definition takes
     * @throws ProblemException if there is none for a while
     */
    void awaitRoomForDefinition(long bytes) {
        shared.room().awaitDefinition(http, deadline, bytes);
    }

    /** The embeddings of labels in their templates, from memory where they are known. */
    public LabelEmbeddings labels(List<String> labels, TemplateEnsemble templates) {
        return times.time("text", () -> model.labels().encode(labels, templates, deadline));
    }

    /** A label set, encoded already or awaited for a while. */
    PreparedSet labelSet(LabelSets sets, String name) {
        return times.time("text", () -> sets.prepare(name, TextModel.of(model), deadline));
    }

    /** The embeddings of texts as they are, in their order. */
    public List<EncodedLabel> texts(List<String> texts) {
        return times.time("text", () -> model.labels().encodeEach(texts, deadline));
    }

    /** Does what comes after the encoders. */
    public <T> T score(Supplier<T> work) {
        return times.time("score", () -> shared.meters().score(model, work));
    }

    /**
     * Embeds each image, in their order, each prepared and encoded by itself, so that one bad image costs only its own
     * result. Several are on threads of their own, so that they share batches; how many are decoded at once is bounded
     * elsewhere.
     */
    public List<ImageOutcome> embed(List<ImageSource> images) {
        if (images.size() == 1) {
            return List.of(embed(images.getFirst()));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Executor others = shared.spans().onOther(threads);
            List<CompletableFuture<ImageOutcome>> outcomes = images.stream()
                    .map(image -> CompletableFuture.supplyAsync(() -> embed(image), others))
                    .toList();
            return outcomes.stream().map(CompletableFuture::join).toList();
        }
    }

    private ImageOutcome embed(ImageSource image) {
        try {
            return new ImageOutcome.Embedded(
                    switch (image) {
                        case ImageSource.Given given -> embed(given.bytes());
                        case ImageSource.Link link -> embed(link);
                    });
        } catch (InvalidImageException e) {
            return failed(ImageProblems.of(e));
        } catch (ProblemException e) {
            return failed(e);
        } catch (UnprocessableItemException e) {
            return failed(EngineProblems.of(e));
        } catch (CompletionException e) {
            if (e.getCause() instanceof UnprocessableItemException item) {
                return failed(EngineProblems.of(item));
            }
            throw e;
        }
    }

    private ImageOutcome failed(ProblemException problem) {
        shared.meters().refused(problem);
        return new ImageOutcome.Failed(problem);
    }

    /** Holds the bytes' memory until nobody needs them. */
    private EmbeddedImage embed(ImageSource.Link link) {
        try (FetchedImage image = times.time("fetch", () -> shared.urls().fetch(link, deadline))) {
            return embed(image.bytes());
        }
    }

    private EmbeddedImage embed(byte[] image) {
        return model.images().embed(image, deadline, times);
    }

    /** The answer, and in its headers where it comes from and how long the stages took. */
    public <T> ResponseEntity<T> answer(T body) {
        return ResponseEntity.ok()
                .header("Server-Timing", times.header())
                .header("X-Model-Digest", model.digest())
                .header("X-Preprocessing-Version", String.valueOf(ImagePreparer.VERSION))
                .body(body);
    }
}
