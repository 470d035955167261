package dev.clipserve.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says what {@code serve} takes; the application itself starts the service. */
@Command(
        name = "serve",
        description = "Serve over HTTP; what happens without a command, too.",
        mixinStandardHelpOptions = true)
final class ServeCommand {

    @Parameters(
            paramLabel = "--PROPERTY=VALUE",
            arity = "0..*",
            description = "Settings, such as --server.port=9000 or --clipserve.model.path=FOLDER;"
                    + " docs/configuration.md lists them.")
    @SuppressWarnings("UnusedVariable") // It is there for the help.
    private List<String> settings = List.of();
}
