package dev.clipserve.api;

import dev.clipserve.api.SimilarityResponse.ImageEntry;
import dev.clipserve.clip.EmbeddedImage;
import dev.clipserve.clip.Embedding;
import dev.clipserve.zeroshot.EncodedLabel;
import dev.clipserve.zeroshot.LabelEmbeddings;
import dev.clipserve.zeroshot.SimilarityMatrix;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /similarity}: every image against every text, and probabilities in both directions. */
@RestController
public class SimilarityController {

    static final Set<String> FIELDS = Set.of("texts", "truncate", "model");

    private final ModelCalls calls;
    private final RequestLimits limits;

    public SimilarityController(ModelCalls calls, RequestLimits limits) {
        this.calls = calls;
        this.limits = limits;
    }

    @PostMapping(path = "/similarity", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<SimilarityResponse> similarity(HttpServletRequest http) throws IOException, ServletException {
        ImageBody body = ImageBody.read(http, FIELDS, limits);
        ModelCall call = calls.open(http, body.fields().text("model"));
        new ImageRules(limits).check(body.images());
        List<String> given = texts(body);
        boolean truncate = body.fields().flag("truncate").orElse(true);
        List<EncodedLabel> texts = call.texts(given);
        if (!truncate) {
            TextFacts.refuseCut(texts);
        }
        List<ImageOutcome> outcomes = call.embed(body.images());
        call.awaitRoomForPairs(outcomes.size(), texts.size());
        List<ImageEntry> images = ImageOutcome.results(outcomes, ImageEntry::of, ImageEntry::failed);
        return call.answer(call.score(() -> SimilarityResponse.of(
                call.model().name(),
                images,
                texts.stream().map(TextFacts::of).toList(),
                compare(call, outcomes, texts))));
    }

    private List<String> texts(ImageBody body) {
        List<String> texts = new TextRules(limits)
                .check(body.fields()
                        .texts("texts", RequestFields.Separator.NONE)
                        .orElse(List.of()));
        if (texts.isEmpty()) {
            throw TextRules.invalid("There are no texts; give at least one in 'texts'.");
        }
        new PairRules(limits).check(body.images().size(), texts.size(), "texts");
        return texts;
    }

    private static SimilarityMatrix compare(ModelCall call, List<ImageOutcome> outcomes, List<EncodedLabel> texts) {
        List<Embedding> images = outcomes.stream()
                .flatMap(outcome -> outcome.embedded().stream())
                .map(EmbeddedImage::embedding)
                .toList();
        return call.model().classifier().compare(images, new LabelEmbeddings(texts));
    }
}
