package dev.clipserve.api.dialect.inference;

import dev.clipserve.api.CutTexts;
import dev.clipserve.api.ImageOutcome;
import dev.clipserve.api.ModelCall;
import dev.clipserve.api.ProblemException;
import dev.clipserve.api.TextFacts;
import dev.clipserve.clip.Embedding;
import dev.clipserve.zeroshot.EncodedLabel;
import dev.clipserve.zeroshot.LabelEmbeddings;
import dev.clipserve.zeroshot.SimilarityMatrix;
import dev.clipserve.zeroshot.TemplateEnsemble;
import dev.clipserve.zeroshot.ZeroShotClassifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a model answers.
 *
 * @param outputs all that it can
 * @param cut how many texts it was not given whole
 */
record Inference(Map<OutputTensor, Matrix> outputs, int cut) {

    Inference {
        outputs = Map.copyOf(outputs);
    }

    /** One of the outputs that the model has. */
    Matrix output(OutputTensor tensor) {
        return Objects.requireNonNull(outputs.get(tensor));
    }

    static Inference ofImages(ModelCall call, InferenceRequest request) {
        return new Inference(Map.of(OutputTensor.IMAGE_EMBEDS, Matrix.ofEmbeddings(embed(call, request))), 0);
    }

    static Inference ofTexts(ModelCall call, InferenceRequest request) {
        List<EncodedLabel> texts = call.texts(request.texts());
        if (!request.truncate()) {
            TextFacts.refuseCut(texts);
        }
        List<Embedding> embeddings = texts.stream().map(EncodedLabel::embedding).toList();
        int cut = (int) texts.stream().filter(EncodedLabel::truncated).count();
        return new Inference(Map.of(OutputTensor.TEXT_EMBEDS, Matrix.ofEmbeddings(embeddings)), cut);
    }

    /** Labels first, since they can be refused cheaply. */
    static Inference zeroShot(ModelCall call, InferenceRequest request, TemplateEnsemble templates) {
        LabelEmbeddings labels = call.labels(request.texts(), templates);
        if (!request.truncate()) {
            CutTexts.refuse("Label", labels.cut());
        }
        List<Embedding> images = embed(call, request);
        ZeroShotClassifier classifier = call.model().classifier();
        return call.score(() -> {
            SimilarityMatrix matrix = classifier.compare(images, labels);
            return new Inference(
                    Map.of(
                            OutputTensor.PROBABILITIES,
                            Matrix.ofRows(
                                    images.size(),
                                    labels.size(),
                                    image -> classifier.probabilities(matrix.similarities(image))),
                            OutputTensor.SIMILARITY,
                            Matrix.ofRows(images.size(), labels.size(), matrix::similarities)),
                    labels.cut().size());
        });
    }

    /** The protocol has no problem for one image among others, so the first one is the answer. */
    private static List<Embedding> embed(ModelCall call, InferenceRequest request) {
        List<ImageOutcome> outcomes = call.embed(request.images());
        List<Embedding> embeddings = new ArrayList<>();
        for (ImageOutcome outcome : outcomes) {
            try {
                embeddings.add(outcome.orThrow().embedding());
            } catch (ProblemException e) {
                throw e.at("Image " + (embeddings.size() + 1));
            }
        }
        return embeddings;
    }
}
