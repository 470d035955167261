package dev.clipserve.api.dialect.openai;

import dev.clipserve.api.EmbeddingFormat;
import dev.clipserve.api.ImageOutcome;
import dev.clipserve.api.JsonFields;
import dev.clipserve.api.ModelCall;
import dev.clipserve.api.ModelCalls;
import dev.clipserve.api.ProblemException;
import dev.clipserve.api.ProblemType;
import dev.clipserve.api.RequestFields;
import dev.clipserve.api.RequestLimits;
import dev.clipserve.clip.Embedding;
import dev.clipserve.zeroshot.EncodedLabel;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /v1/embeddings}: all inputs or none, since OpenAI's answer has no place for what one of them lacks. */
@RestController
public class OpenAiEmbeddingsController {

    /** OpenAI refuses fields that it does not know, too. {@code user} is for its own records. */
    private static final Set<String> FIELDS =
            Set.of("model", "input", "modality", "encoding_format", "dimensions", "user");

    private final ModelCalls calls;
    private final RequestLimits limits;

    public OpenAiEmbeddingsController(ModelCalls calls, RequestLimits limits) {
        this.calls = calls;
        this.limits = limits;
    }

    @PostMapping(path = "/v1/embeddings", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<OpenAiEmbeddings> embeddings(HttpServletRequest http) throws IOException {
        JsonFields fields = JsonFields.read(http, limits);
        RequestFields.allowOnly(FIELDS, fields.names());
        String model =
                fields.text("model").orElseThrow(() -> RequestFields.wrong("model", "missing", "a model's name"));
        ModelCall call = calls.open(http, Optional.of(model));
        fields.integer("dimensions").ifPresent(call::requireDimension);
        EmbeddingFormat format =
                fields.text("encoding_format").map(EmbeddingFormat::of).orElse(EmbeddingFormat.FLOAT);
        EmbeddingInput input = EmbeddingInput.read(fields, limits);

        call.awaitRoomForEmbeddings(input.texts().size() + input.images().size());
        SortedMap<Integer, Embedding> embeddings = new TreeMap<>();
        int tokens = embedTexts(call, input, embeddings);
        embedImages(call, input, embeddings);
        return call.answer(OpenAiEmbeddings.of(model, embeddings.values(), format, tokens));
    }

    /** Embeds the texts and counts their tokens. */
    private static int embedTexts(ModelCall call, EmbeddingInput input, SortedMap<Integer, Embedding> embeddings) {
        if (input.texts().isEmpty()) {
            return 0;
        }
        Iterator<EncodedLabel> encoded =
                call.texts(List.copyOf(input.texts().values())).iterator();
        int tokens = 0;
        for (int place : input.texts().keySet()) {
            EncodedLabel text = encoded.next();
            refuseCut(text, place);
            embeddings.put(place, text.embedding());
            tokens += text.tokens();
        }
        return tokens;
    }

    /** The answer could not say that a text was cut. */
    private static void refuseCut(EncodedLabel text, int place) {
        if (text.truncated()) {
            throw new ProblemException(
                    ProblemType.LABEL_TOO_LONG,
                    EmbeddingInput.name(place) + " has " + text.tokens() + " tokens; the model takes at most "
                            + text.context() + ". Shorten it.");
        }
    }

    private static void embedImages(ModelCall call, EmbeddingInput input, SortedMap<Integer, Embedding> embeddings) {
        Iterator<ImageOutcome> outcomes =
                call.embed(List.copyOf(input.images().values())).iterator();
        for (int place : input.images().keySet()) {
            switch (outcomes.next()) {
                case ImageOutcome.Embedded(var image) -> embeddings.put(place, image.embedding());
                case ImageOutcome.Failed(var problem) -> throw problem.at(EmbeddingInput.name(place));
            }
        }
    }
}
