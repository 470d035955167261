package dev.clipserve.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.clipserve.clip.EmbeddedImage;
import dev.clipserve.zeroshot.SimilarityMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code /similarity}. Rows and columns are in the request's order; an image that cannot be used has null
 * for its row in the matrices [images, texts], and null for its numbers in those [texts, images].
 *
 * @param similarity cosines [images, texts]
 * @param logitsPerImage [images, texts]
 * @param logitsPerText [texts, images]
 */
record SimilarityResponse(
        String model,
        List<ImageEntry> images,
        List<TextFacts> texts,
        List<@Nullable List<Float>> similarity,
        @JsonProperty("logits_per_image") List<@Nullable List<Float>> logitsPerImage,
        @JsonProperty("logits_per_text") List<List<@Nullable Float>> logitsPerText,
        Probabilities probabilities) {

    /** What an image was, or why it could not be used. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ImageEntry(@Nullable ImageFacts image, @Nullable Problem error) {

        static ImageEntry of(EmbeddedImage image) {
            return new ImageEntry(ImageFacts.of(image), null);
        }

        static ImageEntry failed(Problem error) {
            return new ImageEntry(null, error);
        }
    }

    /**
     * Softmax of the logits.
     *
     * @param overTexts for each image, of the texts: [images, texts]
     * @param overImages for each text, of the images: [texts, images]
     */
    record Probabilities(
            @JsonProperty("over_texts") List<@Nullable List<Float>> overTexts,
            @JsonProperty("over_images") List<List<@Nullable Float>> overImages) {}

    /**
     * Lays the numbers out.
     *
     * @param matrix its rows are the images that are not errors
     */
    static SimilarityResponse of(
            String model, List<ImageEntry> images, List<TextFacts> texts, SimilarityMatrix matrix) {
        var layout = new Layout(rows(images), texts.size());
        return new SimilarityResponse(
                model,
                images,
                texts,
                layout.perImage(matrix::similarities),
                layout.perImage(matrix::logitsOfImage),
                layout.perText(matrix::logitsOfText),
                new Probabilities(layout.perImage(matrix::overTexts), layout.perText(matrix::overImages)));
    }

    /** The matrix's row of each image; null for those that have none. */
    private static List<@Nullable Integer> rows(List<ImageEntry> images) {
        List<@Nullable Integer> rows = new ArrayList<>();
        int next = 0;
        for (ImageEntry image : images) {
            rows.add(image.error() == null ? next++ : null);
        }
        return rows;
    }

    /** Where numbers go, given that some images have none. */
    private record Layout(List<@Nullable Integer> rows, int texts) {

        List<@Nullable List<Float>> perImage(IntFunction<double[]> numbers) {
            List<@Nullable List<Float>> perImage = new ArrayList<>();
            for (Integer row : rows) {
                perImage.add(row == null ? null : floats(numbers.apply(row)));
            }
            return perImage;
        }

        List<List<@Nullable Float>> perText(IntFunction<double[]> numbers) {
            return IntStream.range(0, texts)
                    .mapToObj(text -> spread(numbers.apply(text)))
                    .toList();
        }

        private List<@Nullable Float> spread(double[] numbers) {
            List<@Nullable Float> perText = new ArrayList<>();
            for (Integer row : rows) {
                perText.add(row == null ? null : (float) numbers[row]);
            }
            return perText;
        }

        private static List<Float> floats(double[] numbers) {
            List<Float> floats = new ArrayList<>(numbers.length);
            for (double number : numbers) {
                floats.add((float) number);
            }
            return floats;
        }
    }
}
