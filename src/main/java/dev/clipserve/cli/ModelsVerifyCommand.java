package dev.clipserve.cli;

import dev.clipserve.cli.evaluate.Printable;
import dev.clipserve.hub.Hub;
import dev.clipserve.hub.PulledModel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Holds the files of pulled models against their checksums. */
@Command(
        name = "verify",
        description = "Hold the files of pulled models against their checksums; asks no hub.",
        mixinStandardHelpOptions = true)
final class ModelsVerifyCommand implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "A name or repository; left out, all.")
    private @Nullable String name;

    private final ModelSource models;
    private final Terminal terminal;

    ModelsVerifyCommand(ModelSource models, Terminal terminal) {
        this.models = models;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Hub hub = models.hub();
        List<PulledModel> wanted = name == null ? hub.list() : PulledModels.named(name, hub);
        if (wanted.isEmpty()) {
            terminal.say("No model was pulled.");
        }
        boolean good = true;
        for (PulledModel model : wanted) {
            Optional<String> fault = hub.fault(model);
            terminal.out()
                    .println(
                            Printable.of(model.name() + " (" + model.precision().label() + ", " + model.hubName()
                                    + "): " + fault.orElse("as it was pulled")));
            terminal.out().flush();
            if (fault.isPresent()) {
                good = false;
                terminal.say("Mend it by: clipserve models pull " + model.hubName() + " --precision "
                        + model.precision().label());
            }
        }
        return good ? ExitCode.OK : ExitCode.SOME_FAILED;
    }
}
