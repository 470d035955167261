package dev.clipserve.clip;

import dev.clipserve.image.Preprocessing;
import dev.clipserve.onnx.OnnxGraph;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a bundle says of its model, read and checked, before anything of it is loaded.
 *
 * @param context the longest sequence that the text encoder takes, start and end tokens included
 * @param templates the prompt templates that the model was made for
 * @param precision the arithmetic that was asked for; a tower that has no such graph runs its fp32 one
 * @param graphs what each tower runs
 * @param canary a question with its answer in the graphs' precision; bundles made by others have none
 * @param digest stands for the content of all files that {@code bundle.json} lists with checksums; empty where it does
 *     not list both graphs
 */
public record ModelBundle(
        BundleFiles files,
        String name,
        LogitScale logitScale,
        List<String> templates,
        int context,
        Preprocessing preprocessing,
        Precision precision,
        GraphFiles graphs,
        Optional<Canary> canary,
        Optional<String> digest) {

    static final String TOKENIZER = "tokenizer.json";

    private static final String BUNDLE = "bundle.json";
    private static final String CONFIG = "config.json";

    public ModelBundle {
        templates = List.copyOf(templates);
    }

    /** Reads a bundle to run its fp32 graphs. */
    public static ModelBundle read(BundleFiles files) {
        return read(files, Precision.FP32);
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
                bundle.texts("templates").orElse(List.of("a photo of a {}.")),
                context(files),
                PreprocessorConfig.read(files),
                precision,
                graphs,
                canary(bundle, precision),
                Checksums.digest(files, bundle, List.of(graphs.vision(), graphs.text())));
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
        Set<String> covered =
                new HashSet<>(Set.of(CONFIG, PreprocessorConfig.FILE, TOKENIZER, graphs.vision(), graphs.text()));
        // Weights that lie beside a graph have its name with something behind it.
        bundle.names("sha256").stream()
                .filter(file -> file.startsWith(graphs.vision()) || file.startsWith(graphs.text()))
                .forEach(covered::add);
        String content = Checksums.digestOf(files, bundle, covered) + logitScale;
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

    private static int context(BundleFiles files) {
        JsonFacts config = JsonFacts.read(files, CONFIG);
        String field = "text_config.max_position_embeddings";
        return config.require(field, config.integer(field));
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
