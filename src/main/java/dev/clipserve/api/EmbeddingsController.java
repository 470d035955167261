package dev.clipserve.api;

import dev.clipserve.api.EmbeddingsResponse.ImageEntry;
import dev.clipserve.api.EmbeddingsResponse.TextEntry;
import dev.clipserve.zeroshot.EncodedLabel;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /embeddings}: images and texts as vectors of length 1 in their common space. */
@RestController
public class EmbeddingsController {

    static final Set<String> FIELDS = Set.of("texts", "encoding_format", "dimensions", "truncate", "model");

    private final ModelCalls calls;
    private final RequestLimits limits;

    public EmbeddingsController(ModelCalls calls, RequestLimits limits) {
        this.calls = calls;
        this.limits = limits;
    }

    @PostMapping(path = "/embeddings", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<EmbeddingsResponse> embeddings(HttpServletRequest http) throws IOException, ServletException {
        ImageBody body = ImageBody.read(http, FIELDS, limits);
        RequestFields fields = body.fields();
        ModelCall call = calls.open(http, fields.text("model"));
        fields.integer("dimensions").ifPresent(call::requireDimension);
        List<String> given = texts(body);
        EmbeddingFormat format =
                fields.text("encoding_format").map(EmbeddingFormat::of).orElse(EmbeddingFormat.FLOAT);
        call.awaitRoomForEmbeddings(given.size() + body.images().size());
        boolean truncate = fields.flag("truncate").orElse(true);
        List<EncodedLabel> texts = given.isEmpty() ? List.of() : call.texts(given);
        if (!truncate) {
            TextFacts.refuseCut(texts);
        }
        List<ImageEntry> images = ImageOutcome.results(
                call.embed(body.images()), image -> ImageEntry.of(image, format), ImageEntry::failed);
        return call.answer(new EmbeddingsResponse(
                call.model().name(),
                call.model().clip().dimension(),
                images,
                texts.stream().map(text -> TextEntry.of(text, format)).toList()));
    }

    private List<String> texts(ImageBody body) {
        new ImageRules(limits).checkCount(body.images());
        List<String> texts = new TextRules(limits)
                .check(body.fields()
                        .texts("texts", RequestFields.Separator.NONE)
                        .orElse(List.of()));
        if (texts.isEmpty() && body.images().isEmpty()) {
            throw ProblemException.invalid("The request has neither images nor 'texts'; send at least one.");
        }
        return texts;
    }
}
