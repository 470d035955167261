package dev.clipserve.cli;

import dev.clipserve.cli.evaluate.Printable;
import dev.clipserve.hub.Hub;
import dev.clipserve.hub.PulledModel;
import dev.clipserve.hub.Sizes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes pulled models. */
@Command(
        name = "remove",
        description = "Remove pulled models: all commits and precisions that a name stands for.",
        mixinStandardHelpOptions = true)
final class ModelsRemoveCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "NAME",
            description = "A name, or hf:OWNER/NAME, with @ and a commit to remove only that one.")
    private String name = "";

    private final ModelSource models;
    private final Terminal terminal;

    ModelsRemoveCommand(ModelSource models, Terminal terminal) {
        this.models = models;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Hub hub = models.hub();
        for (PulledModel model : PulledModels.named(name, hub)) {
            hub.remove(model);
            terminal.say("Removed " + Printable.of(model.name()) + " ("
                    + model.precision().label() + ", " + model.hubName() + "), " + Sizes.of(model.bytes()) + ".");
        }
        return ExitCode.OK;
    }
}
