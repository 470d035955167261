package dev.clipserve.cli;

import dev.clipserve.api.ClassifyResponse.Result;
import dev.clipserve.api.ImageOutcome;
import dev.clipserve.api.LocalClassification;
import dev.clipserve.api.LocalClassification.LocalModel;
import dev.clipserve.batching.Deadline;
import dev.clipserve.cli.evaluate.Printable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Classifies images without a server; the numbers are those of {@code POST /classify}. */
@Command(
        name = "classify",
        description = "Say which labels images show, without a server.",
        mixinStandardHelpOptions = true)
final class ClassifyCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "IMAGE",
            arity = "1..*",
            description = "Image files; folders with -r; - for standard input.")
    private List<String> images = List.of();

    @Option(
            names = {"-r", "--recursive"},
            description = "Take the images in folders, and in folders below.")
    private boolean recursive;

    @Mixin
    private LabelOptions labels = new LabelOptions();

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(names = "--format", paramLabel = "NAME", description = "table (default), json, jsonl or csv.")
    private ResultFormat format = ResultFormat.TABLE;

    private final ModelSource models;
    private final Terminal terminal;

    ClassifyCommand(ModelSource models, Terminal terminal) {
        this.models = models;
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        List<String> paths = ImageArguments.expand(images, recursive);
        try (LoadedModel loaded = models.load(model.choice())) {
            Deadline deadline = Deadline.after(LoadedModel.PATIENCE);
            var classification = LocalClassification.of(
                    new LocalModel(loaded.model(), loaded.limits(), deadline),
                    labels.fields(),
                    name -> new LabelSetOption(loaded).prepare(name));
            classification
                    .warnings()
                    .forEach(cut -> terminal.say("warning: label '" + Printable.of(cut.label()) + "' makes "
                            + cut.tokens() + " tokens, of which the model takes " + cut.truncatedTo()));
            var reader = new ImageReader(loaded, terminal.in(), deadline);
            return classify(paths, reader, classification, loaded.model().name());
        }
    }

    private int classify(List<String> paths, ImageReader reader, LocalClassification classification, String modelName)
            throws Exception {
        int[] failed = {0};
        try (ResultWriter results = format.open(terminal.out(), modelName, paths, classification)) {
            InOrder.map(paths, reader::embed, (path, outcome) -> {
                if (outcome instanceof ImageOutcome.Failed) {
                    failed[0]++;
                }
                results.write(path, result(path, outcome, classification));
                if (terminal.out().checkError()) {
                    throw new IOException("standard output cannot be written");
                }
            });
        }
        return failed[0] == 0 ? ExitCode.OK : ExitCode.SOME_FAILED;
    }

    private Result result(String path, ImageOutcome outcome, LocalClassification classification) {
        return switch (outcome) {
            case ImageOutcome.Embedded(var image) -> classification.classify(image);
            case ImageOutcome.Failed(var refused) -> {
                terminal.say(Printable.of(path + ": " + refused.problem().summary()));
                yield Result.failed(refused.problem());
            }
        };
    }
}
