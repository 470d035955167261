package dev.clipserve.cli;

import dev.clipserve.api.ProblemException;
import dev.clipserve.cli.evaluate.InvalidDataException;
import dev.clipserve.cli.evaluate.Printable;
import dev.clipserve.hub.HubException;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Runs commands: one class each, listed here. */
public final class Commands {

    private Commands() {}

    /** Does what the arguments say, and returns the exit code. */
    public static int run(String[] args, ModelSource models, Terminal terminal) {
        int code = execute(line(models, terminal), args);
        // It would otherwise look as if all had been written.
        if (terminal.out().checkError() && code != ExitCode.BROKEN) {
            terminal.say("clipserve: standard output cannot be written");
            code = ExitCode.BROKEN;
        }
        terminal.err().flush();
        return code;
    }

    /** Errors, too, such as too little memory: the process would end with 1, as if only some images had failed. */
    private static int execute(CommandLine line, String[] args) {
        try {
            return line.execute(args);
        } catch (Error e) {
            e.printStackTrace(line.getErr());
            return ExitCode.BROKEN;
        }
    }

    static CommandLine line(ModelSource models, Terminal terminal) {
        var line = new CommandLine(new ClipServeCommand())
                .addSubcommand(new ServeCommand())
                .addSubcommand(new ClassifyCommand(models, terminal))
                .addSubcommand(new EmbedCommand(models, terminal))
                .addSubcommand(new EvaluateCommand(models, terminal))
                .addSubcommand(models(models, terminal))
                .addSubcommand(new BenchmarkCommand(terminal, System.getenv()))
                .addSubcommand(new CompletionCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false)
                .setOut(terminal.out())
                .setErr(terminal.err());
        line.setParameterExceptionHandler(Commands::misused);
        line.setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
        return line;
    }

    private static CommandLine models(ModelSource models, Terminal terminal) {
        return new CommandLine(new ModelsCommand())
                .addSubcommand(new ModelsPullCommand(models, terminal))
                .addSubcommand(new ModelsListCommand(models, terminal))
                .addSubcommand(new ModelsVerifyCommand(models, terminal))
                .addSubcommand(new ModelsRemoveCommand(models, terminal));
    }

    private static int misused(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        tell(command, String.valueOf(e.getMessage()));
        if (!command.getSubcommands().isEmpty()) {
            tell(
                    command,
                    "Commands: " + String.join(", ", command.getSubcommands().keySet()));
        }
        command.getErr().println("See '" + name + " --help'.");
        return ExitCode.USAGE;
    }

    private static int failed(Exception e, CommandLine command) throws Exception {
        return switch (e) {
            case ProblemException refused -> {
                tell(command, refused.problem().summary());
                yield ExitCode.USAGE;
            }
            case UsageException usage -> told(command, usage, ExitCode.USAGE);
            case InvalidDataException data -> told(command, data, ExitCode.USAGE);
            case InvalidSettingException setting -> told(command, setting, ExitCode.USAGE);
            case HubException hub -> {
                tell(command, Printable.of(hub.getMessage() + " " + hub.remedy()));
                yield switch (hub.reason()) {
                    case NAME -> ExitCode.USAGE;
                    case STORAGE -> ExitCode.BROKEN;
                    case NOT_FOUND, DENIED, AWAY, DAMAGED, UNUSABLE, TOO_LARGE -> ExitCode.NO_MODEL;
                };
            }
            case ModelUnavailableException model -> {
                tell(command, Printable.of(String.valueOf(model.getMessage())));
                yield ExitCode.NO_MODEL;
            }
            case IOException broken -> told(command, broken, ExitCode.BROKEN);
            default -> {
                e.printStackTrace(command.getErr());
                yield ExitCode.BROKEN;
            }
        };
    }

    private static int told(CommandLine command, Exception e, int code) {
        // Java's messages of files that are not there, or not allowed, are nothing but the file.
        tell(command, e instanceof IOException io ? IoFaults.words(io) : String.valueOf(e.getMessage()));
        return code;
    }

    private static void tell(CommandLine command, String message) {
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + message);
    }
}
