package dev.clipserve.cli.evaluate;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that an evaluation found: {@code report.json}, whose fields {@code docs/evaluate.md} describes.
 *
 * @param clipserve the version of the program
 * @param templates the main ones, whose numbers all others but {@code comparison} are
 * @param comparison each of the templates, the main ones last
 * @param labels those that have images
 * @param confusions the most frequent ones
 * @param mistakes those of which the model was most sure
 * @param failures images that could not be used, all of them
 */
public record EvaluationReport(
        String clipserve,
        Model model,
        Data data,
        List<String> templates,
        Metrics metrics,
        List<Compared> comparison,
        List<LabelResults.OfLabel> labels,
        List<LabelResults.Confusion> confusions,
        List<Calibration.Bin> calibration,
        List<Mistake> mistakes,
        List<Failure> failures) {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    /** The model that was evaluated. */
    public record Model(
            String name,
            String digest,
            String precision,
            String provider,
            int imageWidth,
            int imageHeight,
            int dimension,
            double logitScale,
            @Nullable Double logitBias) {}

    /**
     * What it was evaluated on.
     *
     * @param images those that have one of the labels
     * @param leftOut those that have none
     */
    public record Data(
            List<String> sources,
            int images,
            int evaluated,
            int failed,
            int leftOut,
            int labels,
            List<String> labelsWithoutImages) {}

    /** Templates and what they come to. */
    public record Compared(String name, List<String> templates, Metrics metrics) {}

    /**
     * An image whose best label is wrong.
     *
     * @param labelProbability that of the right label
     * @param labelRank the place of the right label, the best being 1
     */
    public record Mistake(
            String path, String label, String predicted, double confidence, double labelProbability, int labelRank) {}

    /** As {@code report.json}. */
    public String json() {
        return MAPPER.writeValueAsString(this) + "\n";
    }
}
