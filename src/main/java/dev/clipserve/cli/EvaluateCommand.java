package dev.clipserve.cli;

import dev.clipserve.api.LocalLabels;
import dev.clipserve.cli.evaluate.ClassNames;
import dev.clipserve.cli.evaluate.ClassifiedImages;
import dev.clipserve.cli.evaluate.Dataset;
import dev.clipserve.cli.evaluate.EvaluationReport;
import dev.clipserve.cli.evaluate.EvaluationTable;
import dev.clipserve.cli.evaluate.Evaluator;
import dev.clipserve.cli.evaluate.ReportFolder;
import dev.clipserve.cli.evaluate.Thumbnails;
import dev.clipserve.cli.evaluate.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Says how good a model is on images whose labels are known; a run that was cut off goes on when it is called again.
 */
@Command(
        name = "evaluate",
        description = "Measure a model's accuracy and calibration on images whose labels are known, without a server.",
        mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {

    private static final int MAX_MISTAKES = 500;

    @Parameters(
            paramLabel = "FOLDER|FILE.csv",
            arity = "1..*",
            description = "Folders with a subfolder of images for each class, and CSV files with the columns path and"
                    + " label; all are asked together.")
    private List<Path> sources = List.of();

    @Option(
            names = "--names",
            paramLabel = "FILE.csv",
            description = "What classes are called: columns class and label. Several classes may have one label.")
    private @Nullable Path names;

    @Option(
            names = "--names-column",
            paramLabel = "NAME",
            description = "The column of --names that has the labels (default: label).")
    private String namesColumn = "label";

    @Option(
            names = {"-l", "--labels"},
            paramLabel = "LABEL,…",
            description = "Ask these labels instead of those of all classes; images of others are left out.")
    private List<String> labels = List.of();

    @Option(
            names = {"--template", "--templates"},
            paramLabel = "TEXT",
            description = "A prompt with {} for the label, or default, label, openai-7, openai-80. Repeated: compared,"
                    + " each alone and all averaged.")
    private List<String> templates = List.of();

    @Option(names = "--each", description = "Compare each template that a preset has alone, too.")
    private boolean each;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FOLDER",
            description = "Write report.json and report.html there, and keep what makes another run short.")
    private @Nullable Path output;

    @Option(names = "--mistakes", paramLabel = "NUMBER", description = "Mistakes that are shown (default: 24).")
    private int mistakes = 24;

    @Option(names = "--format", paramLabel = "NAME", description = "table (default) or json, as in report.json.")
    private OutputFormat format = OutputFormat.TABLE;

    @Mixin
    private ModelOptions model = new ModelOptions();

    private final ModelSource models;
    private final Terminal terminal;

    EvaluateCommand(ModelSource models, Terminal terminal) {
        this.models = models;
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        if (mistakes < 0 || mistakes > MAX_MISTAKES) {
            throw new UsageException("--mistakes is " + mistakes + "; it must be from 0 to " + MAX_MISTAKES + ".");
        }
        Dataset data = data();
        Optional<ReportFolder> folder = output == null ? Optional.empty() : Optional.of(ReportFolder.of(output));
        try (LoadedModel loaded = models.load(model.choice())) {
            var labelled = new EvaluatedLabels(loaded, data.labels(), terminal);
            List<Variant> variants = labelled.variants(templates, each);
            // A label that cannot be is told before hours of encoding images.
            labelled.check(variants.getLast());
            var evaluator = new Evaluator(loaded.model(), data);
            new EvaluatedImages(loaded, terminal).embed(data, folder, evaluator);
            if (evaluator.evaluated() == 0) {
                terminal.say("None of the " + data.samples().size() + " images could be used; nothing is reported.");
                return ExitCode.SOME_FAILED;
            }
            write(evaluator.report(terms(), variants, labelled::encode), folder, loaded);
            return evaluator.failed() == 0 ? ExitCode.OK : ExitCode.SOME_FAILED;
        }
    }

    private Dataset data() throws IOException {
        var images = ClassifiedImages.read(sources, ImageArguments::within);
        Dataset data = Dataset.of(
                images,
                names == null ? ClassNames.THEIR_OWN : ClassNames.read(names, namesColumn),
                labels.isEmpty() ? Optional.empty() : Optional.of(LocalLabels.read(labels)));
        if (data.leftOut() > 0) {
            terminal.say(data.leftOut() + " images are left out: their labels are not asked.");
        }
        int without = data.withoutImages().size();
        if (without > 0) {
            terminal.say(
                    without + " of " + data.labels().size() + " labels have no images; they compete all the same.");
        }
        return data;
    }

    private Evaluator.Terms terms() throws IOException {
        return new Evaluator.Terms(
                Version.number(), sources.stream().map(Path::toString).toList(), mistakes);
    }

    private void write(EvaluationReport report, Optional<ReportFolder> folder, LoadedModel loaded) throws IOException {
        if (folder.isPresent()) {
            folder.get().write(report, new Thumbnails(loaded.maxImageBytes()));
        }
        terminal.out()
                .print(
                        switch (format) {
                            case JSON -> report.json();
                            case TABLE -> new EvaluationTable(report).text();
                        });
        terminal.out().flush();
        folder.ifPresent(in -> terminal.say("More is in " + in.folder().resolve("report.html") + " and report.json."));
    }
}
