package dev.clipserve.hub;

import dev.clipserve.clip.LogitScale;
import dev.clipserve.hub.HubException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code bundle.json} of a pulled model: its own where it has one, and in any case with what was found out here.
 */
final class BundleJson {

    static final String FILE = "bundle.json";

    private static final String SUMS = "sha256";
    private static final String SCALE = "logit_scale";
    private static final String BIAS = "logit_bias";

    private final ObjectNode root;

    private BundleJson(ObjectNode root) {
        this.root = root;
    }

    /** For a repository that has none. */
    static BundleJson empty() {
        return new BundleJson(JsonMapper.shared().createObjectNode());
    }

    /**
     * Reads one.
     *
     * @throws HubException if it is too large, or no JSON object
     */
    static BundleJson read(Path file, HubName model, HubLimits limits) throws IOException {
        if (Files.size(file) > limits.metadata()) {
            throw unusable(model, "is larger than " + limits.metadata() + " bytes");
        }
        try {
            if (JsonMapper.shared().readTree(Files.readAllBytes(file)) instanceof ObjectNode object) {
                return new BundleJson(object);
            }
        } catch (JacksonException e) {
            throw unusable(model, "is no JSON: " + e.getOriginalMessage());
        }
        throw unusable(model, "is no JSON object");
    }

    private static HubException unusable(HubName model, String fault) {
        return new HubException(
                Reason.UNUSABLE,
                model + " cannot be used: its bundle.json " + fault + ".",
                "Tell who made it; docs/model-bundle.md says what it should be.");
    }

    /** What it says, for lists; empty where it says nothing. */
    String text(String field) {
        return root.path(field).asString("");
    }

    /** The scale and the bias that it says; empty where it says none that can be followed. */
    Optional<LogitScale> logitScale() {
        JsonNode scale = root.path(SCALE);
        JsonNode bias = root.path(BIAS);
        if (!scale.isNumber() || !(bias.isNumber() || isMissing(BIAS))) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LogitScale(
                    scale.asDouble(), bias.isNumber() ? OptionalDouble.of(bias.asDouble()) : OptionalDouble.empty()));
        } catch (IllegalArgumentException | JacksonException e) {
            return Optional.empty();
        }
    }

    /** The files it lists, with their SHA-256. */
    Map<String, String> sums() {
        Map<String, String> sums = new TreeMap<>();
        root.path(SUMS).forEachEntry((file, sum) -> sums.put(file, sum.asString("")));
        return sums;
    }

    /** The files that it speaks of. */
    Set<String> files() {
        Set<String> files = new TreeSet<>(sums().keySet());
        String canary = root.path("canary").path("image").asString("");
        if (!canary.isEmpty()) {
            files.add(canary);
        }
        return files;
    }

    /**
     * Adds what it leaves out.
     *
     * @throws HubException if nobody knows the logit scale
     */
    void complete(Origin origin, Optional<CatalogueModel> known, PullOptions options) {
        HubName model = origin.model();
        say("name", known.map(CatalogueModel::name).orElse(model.shortName()));
        known.map(CatalogueModel::licence).ifPresent(licence -> say("licence", licence));
        say("origin", origin.endpoint() + "/" + model.repository());
        say("revision", origin.commit());
        amend(options);
        known.ifPresent(this::say);
        if (isMissing(SCALE)) {
            throw new HubException(
                    Reason.UNUSABLE,
                    model
                            + " does not say its logit_scale, the learned factor on cosines: it has no bundle.json that does,"
                            + " exports of encoders do not carry it, and the catalogue does not know the repository.",
                    "Give it: clipserve models pull " + model + " --logit-scale NUMBER. It is the exponential of the"
                            + " checkpoint's logit_scale: 100 for OpenAI's models; for SigLIP there is --logit-bias, too.");
        }
    }

    /** A scale and a bias were learned together: whoever says the one is not helped by somebody else's other. */
    private void say(CatalogueModel known) {
        if (isMissing(SCALE)) {
            root.put(SCALE, known.logitScale());
            known.logitBias().ifPresent(bias -> root.put(BIAS, bias).put("scoring", "sigmoid"));
        }
        if (isMissing("context")) {
            known.context().ifPresent(context -> root.put("context", context));
        }
        if (isMissing("templates") && !known.templates().isEmpty()) {
            known.templates().forEach(root.putArray("templates")::add);
        }
    }

    /** Where a model is from. */
    record Origin(HubName model, String commit, String endpoint) {}

    /** Takes over what somebody who pulls says. */
    void amend(PullOptions options) {
        put(SCALE, options.logitScale());
        put(BIAS, options.logitBias());
        if (!isMissing(BIAS)) {
            say("scoring", "sigmoid");
        }
    }

    private void put(String field, OptionalDouble value) {
        if (value.isPresent()) {
            root.put(field, value.getAsDouble());
        }
    }

    private void say(String field, String value) {
        if (isMissing(field)) {
            root.put(field, value);
        }
    }

    private boolean isMissing(String field) {
        JsonNode node = root.path(field);
        return node.isMissingNode() || node.isNull();
    }

    /** Lists these files with these checksums, and no others. */
    void list(Map<String, String> sums) {
        ObjectNode listed = root.putObject(SUMS);
        new TreeMap<>(sums).forEach(listed::put);
    }

    /** Writes it into a bundle, wholly or not at all. */
    void write(Path folder) throws IOException {
        Path unfinished = Download.unfinished(folder.resolve(FILE));
        Files.write(
                unfinished, JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
        Download.force(unfinished);
        Files.move(
                unfinished, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
