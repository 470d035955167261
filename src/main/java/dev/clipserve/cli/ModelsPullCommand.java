package dev.clipserve.cli;

import dev.clipserve.cli.evaluate.Printable;
import dev.clipserve.clip.Precision;
import dev.clipserve.hub.Hub;
import dev.clipserve.hub.HubName;
import dev.clipserve.hub.PullOptions;
import dev.clipserve.hub.PulledModel;
import dev.clipserve.hub.Sizes;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Pulls a model from the hub. */
@Command(
        name = "pull",
        description = "Pull a model from a hub; call it again after a cut, and it goes on. Writes the bundle's folder.",
        mixinStandardHelpOptions = true)
final class ModelsPullCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "NAME",
            description = "hf:OWNER/NAME, with @ and a branch, tag or commit if you like, or a name of the catalogue"
                    + " (clipserve models list --catalogue).")
    private String name = "";

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            completionCandidates = ModelOptions.Precisions.class,
            description = "fp32 (default), fp16 or int8: only these graphs are pulled.")
    private Precision precision = Precision.FP32;

    @Option(
            names = "--logit-scale",
            paramLabel = "NUMBER",
            description = "The learned factor on cosines, exponentiated, where repository and catalogue do not say it.")
    private @Nullable Double logitScale;

    @Option(names = "--logit-bias", paramLabel = "NUMBER", description = "The learned bias, of models such as SigLIP.")
    private @Nullable Double logitBias;

    private final ModelSource models;
    private final Terminal terminal;

    ModelsPullCommand(ModelSource models, Terminal terminal) {
        this.models = models;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (logitScale != null && !(logitScale > 0 && Double.isFinite(logitScale))) {
            throw new UsageException("--logit-scale is " + logitScale + "; it must be positive and finite.");
        }
        if (logitBias != null && !Double.isFinite(logitBias)) {
            throw new UsageException("--logit-bias is " + logitBias + "; it must be finite.");
        }
        Hub hub = models.hub();
        PulledModel pulled = hub.pull(
                hubName(hub),
                new PullOptions(precision, given(logitScale), given(logitBias)),
                new PullProgress(terminal));
        terminal.say(Printable.of(told(pulled)));
        terminal.out().println(pulled.folder());
        return ExitCode.OK;
    }

    private static String told(PulledModel pulled) {
        String precision = pulled.precision().label();
        return pulled.name() + " (" + precision + ", " + Sizes.of(pulled.bytes()) + ") is " + pulled.hubName()
                + (pulled.licence().isEmpty() ? "" : ", licence " + pulled.licence())
                + ". Use it by --model " + pulled.name()
                + (pulled.precision() == Precision.FP32 ? "" : " --precision " + precision) + ".";
    }

    private HubName hubName(Hub hub) {
        return hub.catalogue().find(name).map(known -> known.hubName()).orElseGet(() -> {
            if (name.indexOf('/') < 0) {
                throw new UsageException("The catalogue has no '" + name
                        + "'. Name a repository as hf:OWNER/NAME, or one of "
                        + String.join(", ", hub.catalogue().names()) + ".");
            }
            return HubName.parse(name);
        });
    }

    private static OptionalDouble given(@Nullable Double number) {
        return number == null ? OptionalDouble.empty() : OptionalDouble.of(number);
    }
}
