package dev.clipserve.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Repositories that are known to have what a bundle needs, by short names. */
public record Catalogue(List<CatalogueModel> models) {

    private static final String FILE = "/hub/catalogue.yaml";

    public Catalogue {
        models = List.copyOf(models);
    }

    /** The one that ships. */
    public static Catalogue shipped() {
        try (InputStream in = Catalogue.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is not on the class path");
            }
            return read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads one. */
    public static Catalogue read(InputStream in) {
        JsonNode root = new YAMLMapper().readTree(in);
        return new Catalogue(
                root.path("models").valueStream().map(Catalogue::model).toList());
    }

    private static CatalogueModel model(JsonNode node) {
        JsonNode bias = node.path("logit_bias");
        JsonNode context = node.path("context");
        return new CatalogueModel(
                node.path("name").asString(),
                HubName.parse(node.path("repository").asString()).repository(),
                node.path("original").asString(),
                node.path("licence").asString(),
                node.path("megabytes").asInt(),
                node.path("logit_scale").asDouble(),
                bias.isMissingNode() ? OptionalDouble.empty() : OptionalDouble.of(bias.asDouble()),
                context.isMissingNode() ? OptionalInt.empty() : OptionalInt.of(context.asInt()),
                node.path("templates").valueStream().map(JsonNode::asString).toList(),
                node.path("about").asString());
    }

    /** The model of a short name. */
    public Optional<CatalogueModel> find(String name) {
        return models.stream().filter(model -> model.name().equals(name)).findFirst();
    }

    /** The short names. */
    public List<String> names() {
        return models.stream().map(CatalogueModel::name).toList();
    }

    /** What is known of a repository. */
    Optional<CatalogueModel> of(String repository) {
        return models.stream()
                .filter(model -> model.repository().equalsIgnoreCase(repository))
                .findFirst();
    }

    /** The export of a checkpoint. */
    Optional<CatalogueModel> exportOf(String original) {
        return models.stream()
                .filter(model -> model.original().equalsIgnoreCase(original))
                .findFirst();
    }
}
