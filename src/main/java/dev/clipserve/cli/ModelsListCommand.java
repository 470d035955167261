package dev.clipserve.cli;

import dev.clipserve.cli.evaluate.Printable;
import dev.clipserve.hub.CatalogueModel;
import dev.clipserve.hub.PulledModel;
import dev.clipserve.hub.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists models: what was pulled, or what is known to be there to be pulled. */
@Command(name = "list", description = "List pulled models, or those of the catalogue.", mixinStandardHelpOptions = true)
final class ModelsListCommand implements Callable<Integer> {

    @Option(names = "--catalogue", description = "Repositories that are known to work, pulled or not.")
    private boolean known;

    @Option(names = "--format", paramLabel = "NAME", description = "table (default) or json.")
    private OutputFormat format = OutputFormat.TABLE;

    private final ModelSource models;
    private final Terminal terminal;

    ModelsListCommand(ModelSource models, Terminal terminal) {
        this.models = models;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (known) {
            list(models.hub().catalogue().models());
            return ExitCode.OK;
        }
        List<PulledModel> pulled = models.hub().list();
        switch (format) {
            case JSON -> json(pulled.stream().map(ModelsListCommand::json));
            case TABLE -> {
                if (pulled.isEmpty()) {
                    terminal.say("No model was pulled; clipserve models list --catalogue has some that may be.");
                } else {
                    table(pulled.stream().map(ModelsListCommand::row), "NAME", "PRECISION", "SIZE", "LICENCE", "FROM");
                }
            }
        }
        return ExitCode.OK;
    }

    private void list(List<CatalogueModel> catalogue) {
        switch (format) {
            case JSON -> json(catalogue.stream().map(ModelsListCommand::json));
            case TABLE ->
                table(catalogue.stream().map(ModelsListCommand::row), "NAME", "SIZE", "LICENCE", "FROM", "WHAT IT IS");
        }
    }

    private static List<String> row(PulledModel model) {
        return List.of(
                Printable.of(model.name()),
                model.precision().label(),
                Sizes.of(model.bytes()),
                Printable.of(model.licence()),
                model.hubName().toString());
    }

    private static List<String> row(CatalogueModel model) {
        return List.of(
                model.name(),
                Sizes.of(model.megabytes() * 1_000_000L),
                model.licence(),
                model.hubName().toString(),
                model.about());
    }

    private static ObjectNode json(PulledModel model) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("name", model.name())
                .put("repository", model.repository())
                .put("commit", model.commit())
                .put("precision", model.precision().label())
                .put("bytes", model.bytes())
                .put("licence", model.licence())
                .put("folder", model.folder().toString());
    }

    private static ObjectNode json(CatalogueModel model) {
        ObjectNode json = JsonMapper.shared()
                .createObjectNode()
                .put("name", model.name())
                .put("repository", model.repository())
                .put("original", model.original())
                .put("licence", model.licence())
                .put("megabytes", model.megabytes())
                .put("logit_scale", model.logitScale());
        model.logitBias().ifPresent(bias -> json.put("logit_bias", bias));
        return json.put("about", model.about());
    }

    private void json(Stream<ObjectNode> objects) {
        ArrayNode list = JsonMapper.shared().createArrayNode();
        objects.forEach(list::add);
        terminal.out()
                .println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(list));
    }

    private void table(Stream<List<String>> rows, String... heads) {
        List<List<String>> lines = new ArrayList<>(List.of(List.of(heads)));
        rows.forEach(lines::add);
        for (List<String> line : lines) {
            var text = new StringBuilder();
            for (int column = 0; column < line.size(); column++) {
                int at = column;
                int width = lines.stream()
                        .mapToInt(each -> TextWidth.of(each.get(at)))
                        .max()
                        .orElse(0);
                text.append(TextWidth.padded(line.get(column), width + 2));
            }
            terminal.out().println(text.toString().stripTrailing());
        }
    }
}
