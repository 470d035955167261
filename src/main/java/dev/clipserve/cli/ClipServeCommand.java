package dev.clipserve.cli;

import picocli.CommandLine.Command;

/** What all commands are below of; by itself it serves, and the application sees to that. */
@Command(
        name = "clipserve",
        description = "Say which of your labels an image shows. Without a command it serves.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "[COMMAND]",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all went well",
            "1:some images, or requests, failed",
            "2:the command line or a setting is wrong",
            "3:the model cannot be loaded, or not be had from the hub",
            "4:anything else, such as a disk that is full"
        })
final class ClipServeCommand {}
