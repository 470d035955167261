package dev.clipserve.api;

import dev.clipserve.api.ClassifyRequest.Labels;
import dev.clipserve.api.ClassifyRequest.NamedSet;
import dev.clipserve.api.ClassifyRequest.OwnLabels;
import dev.clipserve.zeroshot.LabelLimits;
import dev.clipserve.zeroshot.Scoring;
import dev.clipserve.zeroshot.ScoringOptions;
import dev.clipserve.zeroshot.TemplateEnsemble;
import dev.clipserve.zeroshot.ZeroShotModel;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Turns the fields of a request, whichever body form brought them, into a {@link ClassifyRequest}. */
final class ClassifyRequestReader {

    /** The fields beside the images, the same in every body form. */
    static final Set<String> FIELDS = Set.of(
            "labels",
            "label_set",
            "none_label",
            "templates",
            "scoring",
            "temperature",
            "top",
            "threshold",
            "truncate",
            "model");

    /** What a label set brings itself. */
    private static final List<String> OF_THE_SET = List.of("labels", "none_label", "templates");

    private static final String SCORINGS = Arrays.stream(Scoring.values())
            .map(scoring -> scoring.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));

    /** Beyond these, probabilities are those of the best label alone, or of a coin. */
    private static final double MIN_TEMPERATURE = 0.001;

    private static final double MAX_TEMPERATURE = 1_000;

    private final RequestLimits limits;

    ClassifyRequestReader(RequestLimits limits) {
        this.limits = limits;
    }

    ClassifyRequest read(ZeroShotModel model, RequestFields fields) {
        return new ClassifyRequest(
                fields.text("label_set")
                        .<Labels>map(name -> namedSet(name, fields))
                        .orElseGet(() -> ownLabels(model, fields)),
                options(model, fields),
                fields.flag("truncate").orElse(true));
    }

    private static NamedSet namedSet(String name, RequestFields fields) {
        OF_THE_SET.stream().filter(fields.names()::contains).findFirst().ifPresent(field -> {
            throw ProblemException.invalid("With 'label_set' there can be no '" + field + "': the set brings its own.");
        });
        return new NamedSet(name.strip());
    }

    private OwnLabels ownLabels(ZeroShotModel model, RequestFields fields) {
        Optional<String> noneLabel = fields.text("none_label");
        List<String> checked = limits.labels()
                .check(fields.texts("labels", RequestFields.Separator.COMMA).orElse(List.of()), noneLabel);
        TemplateEnsemble ensemble = limits.templates()
                .check(
                        fields.texts("templates", RequestFields.Separator.NONE).orElse(List.of("default")),
                        model.presets());
        limits.checkPrompts(checked, ensemble);
        return new OwnLabels(checked, noneLabel.map(String::strip), ensemble);
    }

    private static ScoringOptions options(ZeroShotModel model, RequestFields fields) {
        Scoring scoring = fields.text("scoring")
                .map(name -> scoring(model, name))
                .orElse(model.classifier().standard());
        double temperature = fields.number("temperature").orElse(1.0);
        if (!(temperature >= MIN_TEMPERATURE && temperature <= MAX_TEMPERATURE)) {
            throw RequestFields.wrong(
                    "temperature",
                    String.valueOf(temperature),
                    "between " + MIN_TEMPERATURE + " and " + MAX_TEMPERATURE);
        }
        OptionalInt top = fields.integer("top").map(OptionalInt::of).orElse(OptionalInt.empty());
        if (top.orElse(1) < 1) {
            throw RequestFields.wrong("top", String.valueOf(top.getAsInt()), "at least 1");
        }
        return new ScoringOptions(scoring, temperature, top, threshold(fields, scoring));
    }

    private static Scoring scoring(ZeroShotModel model, String name) {
        Scoring scoring = Arrays.stream(Scoring.values())
                .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(name.strip()))
                .findFirst()
                .orElseThrow(() ->
                        RequestFields.wrong("scoring", "'" + LabelLimits.shorten(name) + "'", "one of " + SCORINGS));
        if (scoring == Scoring.INDEPENDENT && !model.classifier().scoresIndependently()) {
            throw new ProblemException(
                    ProblemType.UNSUPPORTED_SCORING,
                    "Model '" + model.name()
                            + "' was trained with a softmax and has no logit bias, so it has no independent"
                            + " scores; use softmax or similarity.");
        }
        return scoring;
    }

    private static OptionalDouble threshold(RequestFields fields, Scoring scoring) {
        Optional<Double> threshold = fields.number("threshold");
        double lowest = scoring == Scoring.SIMILARITY ? -1 : 0;
        if (threshold.isPresent() && !(threshold.get() >= lowest && threshold.get() <= 1)) {
            throw RequestFields.wrong(
                    "threshold", String.valueOf(threshold.get()), "between " + (int) lowest + " and 1");
        }
        return threshold.map(OptionalDouble::of).orElse(OptionalDouble.empty());
    }
}
