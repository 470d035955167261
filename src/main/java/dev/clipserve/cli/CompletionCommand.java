package dev.clipserve.cli;

import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes what makes a shell complete commands and options. */
@Command(
        name = "completion",
        description = "Write a script that makes a shell complete commands and options: . <(clipserve completion bash)",
        mixinStandardHelpOptions = true)
final class CompletionCommand implements Runnable {

    /** The shells that there are scripts for. */
    enum Shell {
        BASH,
        /** Takes bash's script after its own {@code bashcompinit}, which the script itself sees to. */
        ZSH;

        /** As it is typed. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(paramLabel = "bash|zsh", description = "The shell; both read the same script.")
    @SuppressWarnings("UnusedVariable") // That it is one of them is all.
    private Shell shell = Shell.BASH;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine()
                .getOut()
                .print(AutoComplete.bash("clipserve", spec.root().commandLine()));
    }
}
