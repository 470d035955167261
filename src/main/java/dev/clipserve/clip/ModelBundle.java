package dev.clipserve.clip;

import dev.clipserve.image.Preprocessing;
import dev.clipserve.onnx.OnnxGraph;
import dev.clipserve.text.TextLength;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a bundle says of its model, read and checked, before anything of it is loaded.
 *
 * @param sigmoid whether the model was trained to judge each pair of an image and a text by itself (SigLIP); else it
 *     was trained to choose one of several
 * @param templates the prompt templates that the model was made for
 * @param textLength how many tokens the text encoder is given
 * @param precision the arithmetic that was asked for; a tower that has no such graph runs its fp32 one
 * @param graphs what each tower runs
 * @param canary a question with its answer in the graphs' precision; bundles made by others have none
 * @param digest stands for the content of all files that {@code bundle.json} lists with checksums; empty where it does
 *     not list both graphs and all that may be their weights
 */
public record ModelBundle(
        BundleFiles files,
        String name,
        LogitScale logitScale,
        boolean sigmoid,
        List<String> templates,
        TextLength textLength,
        Preprocessing preprocessing,
        Precision precision,
        GraphFiles graphs,
        Optional<Canary> canary,
        Optional<String> digest) {

    static final String TOKENIZER = "tokenizer.json";

    private static final String BUNDLE = "bundle.json";
    private static final String CONFIG = "config.json";
    private static final List<String> USUAL_TEMPLATES = List.of("a photo of a {}.");

    public ModelBundle {
        templates = List.copyOf(templates);
    }

    /**
     * Reads a bundle and verifies the checksum of each of its files.
     *
     * @throws BundleException if a file is missing or altered, a fact is missing, or there is no graph of the precision
     */
    public static ModelBundle read(BundleFiles files, Precision precision) {
        JsonFacts bundle = JsonFacts.read(files, BUNDLE);
        Checksums.verify(files, bundle);
        GraphFiles graphs = GraphFiles.of(files, precision);
        return new ModelBundle(
                files,
                bundle.require("name", bundle.text("name")),
                logitScale(bundle),
                sigmoid(bundle),
                bundle.texts("templates").orElse(USUAL_TEMPLATES),
                textLength(files, bundle),
                PreprocessorConfig.read(files),
                precision,
                graphs,
                canary(bundle, precision),
                Checksums.digest(files, bundle, graphsAndWeights(files, graphs)));
    }

    private static Set<String> graphsAndWeights(BundleFiles files, GraphFiles graphs) {
        try {
            Set<String> all = new HashSet<>(files.besideGraphs());
            all.addAll(graphs.all());
            return all;
        } catch (IOException e) {
            throw new BundleException(files.location(), GraphFiles.FOLDER, "cannot be listed: " + e.getMessage(), e);
        }
    }

    /** A fault in what {@code bundle.json} says, which is found by who follows it. */
    public BundleException fault(String fault) {
        return new BundleException(files.location(), BUNDLE, "cannot be followed: " + fault);
    }

    /** The longest sequence that the text encoder takes, start and end tokens included. */
    public int context() {
        return textLength.context();
    }

    /**
     * A graph of the bundle.
     *
     * @throws java.io.FileNotFoundException if there is none
     */
    OnnxGraph graph(String file) throws IOException {
        return files.graph(file, digest.orElse(null));
    }

    /**
     * SHA-256 over all that the model computes with, 64 hexadecimal digits: two bundles with the same identity give the
     * same embeddings and probabilities. Reads those files that {@code bundle.json} does not list with checksums.
     */
    String identity() {
        JsonFacts bundle = JsonFacts.read(files, BUNDLE);
        Set<String> covered = graphsAndWeights(files, graphs);
        covered.addAll(List.of(CONFIG, PreprocessorConfig.FILE, TOKENIZER));
        String content =
                Checksums.digestOf(files, bundle, covered) + logitScale + lengthIfOwn(bundle) + scoringIfUnusual();
        return HexFormat.of().formatHex(ContentDigest.sha256().digest(content.getBytes(StandardCharsets.UTF_8)));
    }

    private static LogitScale logitScale(JsonFacts bundle) {
        double scale = bundle.require("logit_scale", bundle.number("logit_scale"));
        try {
            return new LogitScale(
                    scale, bundle.number("logit_bias").map(OptionalDouble::of).orElse(OptionalDouble.empty()));
        } catch (IllegalArgumentException e) {
            throw bundle.fault("cannot be followed: " + e.getMessage());
        }
    }

    private static boolean sigmoid(JsonFacts bundle) {
        String scoring = bundle.text("scoring").orElse("softmax");
        return switch (scoring) {
            case "softmax" -> false;
            case "sigmoid" -> {
                bundle.require("logit_bias", bundle.number("logit_bias"));
                yield true;
            }
            default -> throw bundle.fault("has scoring = \"" + scoring + "\"; known are softmax and sigmoid");
        };
    }

    /** What {@code bundle.json} itself says of the length of texts: other tokens, other embeddings. */
    private String lengthIfOwn(JsonFacts bundle) {
        return bundle.has("context") || bundle.has("padding_id") ? textLength.toString() : "";
    }

    /** How probabilities are made by default; nothing where it is as in most bundles, which keep their identity so. */
    private String scoringIfUnusual() {
        String scoring = logitScale.bias().isPresent() && !sigmoid ? "softmax" : "";
        return templates.equals(USUAL_TEMPLATES) ? scoring : scoring + "\n" + String.join("\n", templates);
    }

    private static TextLength textLength(BundleFiles files, JsonFacts bundle) {
        JsonFacts config = JsonFacts.read(files, CONFIG);
        Optional<Integer> padding = bundle.integer("padding_id");
        boolean siglip = config.text("model_type").orElse("").startsWith("siglip");
        if (siglip && padding.isEmpty()) {
            throw bundle.fault(
                    "lacks padding_id: " + CONFIG + " says that this is a SigLIP, whose texts are padded to the"
                            + " context, and the id of the token that pads is not known");
        }
        String field = "text_config.max_position_embeddings";
        int context = bundle.integer("context").orElseGet(() -> config.require(field, config.integer(field)));
        try {
            return new TextLength(
                    context, padding.map(id -> OptionalLong.of(id)).orElse(OptionalLong.empty()));
        } catch (IllegalArgumentException e) {
            throw bundle.fault("cannot be followed: " + e.getMessage());
        }
    }

    /** Other arithmetic gives other probabilities, so each precision has its own. */
    private static Optional<Canary> canary(JsonFacts bundle, Precision precision) {
        if (!bundle.has("canary")) {
            return Optional.empty();
        }
        String probabilities =
                precision == Precision.FP32 ? "canary.probabilities" : "canary.precisions." + precision.label();
        try {
            return Optional.of(new Canary(
                    bundle.require("canary.image", bundle.text("canary.image")),
                    bundle.require("canary.labels", bundle.texts("canary.labels")),
                    bundle.require(probabilities, bundle.numbers(probabilities)),
                    precision.canaryTolerance()));
        } catch (IllegalArgumentException e) {
            throw bundle.fault("cannot be followed: " + e.getMessage());
        }
    }
}
