package dev.clipserve.api.dialect.openai;

import dev.clipserve.api.ImageRules;
import dev.clipserve.api.ImageSource;
import dev.clipserve.api.JsonFields;
import dev.clipserve.api.ProblemException;
import dev.clipserve.api.RequestFields;
import dev.clipserve.api.RequestLimits;
import dev.clipserve.api.TextRules;
import dev.clipserve.zeroshot.LabelLimits;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What is to be embedded: texts and images, each by its place in the request's {@code input}, from 0. */
record EmbeddingInput(SortedMap<Integer, String> texts, SortedMap<Integer, ImageSource> images) {

    private static final String FIELD = "input";

    /** What a data URI of an image starts with; whatever it holds, nobody wants it read as a text. */
    private static final String IMAGE_URI = "data:image/";

    static EmbeddingInput read(JsonFields fields, RequestLimits limits) {
        Predicate<String> isImage = imageTest(fields.text("modality"));
        var input = new EmbeddingInput(new TreeMap<>(), new TreeMap<>());
        List<String> given = given(fields);
        for (int place = 0; place < given.size(); place++) {
            String one = given.get(place);
            if (isImage.test(one)) {
                input.images.put(place, ImageSource.ofUrl(one));
            } else {
                input.texts.put(place, one);
            }
        }
        input.check(limits);
        return input;
    }

    /** How messages call an input. */
    static String name(int place) {
        return FIELD + "[" + place + "]";
    }

    private static List<String> given(JsonFields fields) {
        if (fields.isNumbers(FIELD)) {
            throw ProblemException.invalid(
                    "Field 'input' holds token ids; it must hold texts, since token ids of another tokenizer mean"
                            + " nothing here. LangChain sends texts with check_embedding_ctx_length=False.");
        }
        return fields.textOrTexts(FIELD)
                .filter(list -> !list.isEmpty())
                .orElseThrow(() -> RequestFields.wrong(FIELD, "missing or empty", "a string or a list of strings"));
    }

    /** infinity's extra field; without it, an image is told by its data URI. */
    private static Predicate<String> imageTest(Optional<String> modality) {
        return switch (modality.orElse("")) {
            case "" -> one -> one.regionMatches(true, 0, IMAGE_URI, 0, IMAGE_URI.length());
            case "image" -> one -> true;
            case "text" -> one -> false;
            default ->
                throw RequestFields.wrong(
                        "modality", "'" + LabelLimits.shorten(modality.orElseThrow()) + "'", "text or image");
        };
    }

    private void check(RequestLimits limits) {
        new ImageRules(limits).checkCount(List.copyOf(images.values()));
        var rules = new TextRules(limits);
        rules.checkCount(List.copyOf(texts.values()));
        texts.forEach((place, text) -> rules.checkOne(text, name(place)));
    }
}
