package dev.clipserve;

import dev.clipserve.cli.Commands;
import dev.clipserve.cli.PullProgress;
import dev.clipserve.cli.Terminal;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Runs a command of a process that serves nobody. */
final class CommandLineStart {

    private CommandLineStart() {}

    /** The exit code; logs are warnings and errors only, on standard error. */
    static int run(String[] args) {
        System.setProperty("logback.configurationFile", "logback-command-line.xml");
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        Terminal terminal = Terminal.ofProcess();
        return Commands.run(args, new ConfiguredModels(new PullProgress(terminal)), terminal);
    }
}
