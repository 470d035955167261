package dev.clipserve.cli;

import dev.clipserve.api.ImageOutcome;
import dev.clipserve.batching.Deadline;
import dev.clipserve.cli.evaluate.Printable;
import dev.clipserve.image.ImagePreparer;
import dev.clipserve.zeroshot.ZeroShotModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Embeds many images into a NumPy file; a run that was cut off goes on when it is called again. */
@Command(
        name = "embed",
        description = "Embed images into a NumPy file, without a server. Call it again after a cut, and it goes on.",
        mixinStandardHelpOptions = true)
final class EmbedCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "FOLDER|IMAGE",
            arity = "1..*",
            description = "Folders, of which all images below are taken, and image files.")
    private List<String> images = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE.npy",
            required = true,
            description = "float32 [images, dimension]; FILE.jsonl beside it says what each row is.")
    private Path output = Path.of("");

    @Mixin
    private ModelOptions model = new ModelOptions();

    private final ModelSource models;
    private final Terminal terminal;

    EmbedCommand(ModelSource models, Terminal terminal) {
        this.models = models;
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        var target = new EmbeddingOutput(output);
        Path folder = target.npy().toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new UsageException("The output's folder " + folder + " is not there.");
        }
        if (images.contains(ImageArguments.STDIN)) {
            throw new UsageException("Standard input has no name that a row could be found by; name files.");
        }
        List<String> paths = ImageArguments.expand(images, true);
        try (LoadedModel loaded = models.load(model.choice());
                var rows = EmbeddingRows.open(target, loaded.model().clip().dimension(), identity(loaded.model()))) {
            embed(paths, loaded, rows);
            rows.finish();
            terminal.say(rows.done().size() + " rows in " + target.npy() + " and " + target.jsonl()
                    + (rows.failed() == 0 ? "" : ", " + rows.failed() + " of them failed"));
            return rows.failed() == 0 ? ExitCode.OK : ExitCode.SOME_FAILED;
        }
    }

    /** What has to be the same for rows to be of one file. */
    private JsonNode identity(ZeroShotModel model) throws IOException {
        return JsonMapper.shared()
                .createObjectNode()
                .put("model", model.digest())
                .put("provider", model.clip().provider())
                .put("preprocessing", ImagePreparer.VERSION)
                .put("folder", Path.of("").toRealPath().toString())
                .put("images", String.join("\n", images));
    }

    private void embed(List<String> paths, LoadedModel loaded, EmbeddingRows rows) throws Exception {
        List<String> left =
                paths.stream().filter(path -> !rows.done().contains(path)).toList();
        int before = rows.done().size();
        if (before > 0) {
            terminal.say("Going on after " + before + " rows.");
        }
        var reader = new ImageReader(loaded, terminal.in(), Deadline.after(LoadedModel.PATIENCE));
        try (var bar = new ProgressBar(terminal, before + left.size(), before)) {
            InOrder.map(left, reader::embed, (path, outcome) -> {
                if (outcome instanceof ImageOutcome.Failed(var refused)) {
                    bar.say(Printable.of(path + ": " + refused.problem().summary()));
                }
                rows.add(path, outcome);
                bar.step(outcome instanceof ImageOutcome.Embedded);
            });
        }
    }
}
