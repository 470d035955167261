package dev.clipserve;

import java.util.Arrays;
import java.util.Set;

/** What the first argument is; told apart without the classes that read commands, which serving does not need. */
enum FirstWord {
    /** There is none, or it is an option of Spring's. */
    NONE,
    /** {@code serve}, and no request for help. */
    SERVE,
    /** Any other word, right or wrong, or a request for help. */
    COMMAND;

    private static final Set<String> SERVE_HELP = Set.of("-h", "--help");

    private static final Set<String> HELP = Set.of("--help", "--version");

    static FirstWord of(String[] args) {
        if (args.length == 0 || args[0].isBlank()) {
            return NONE;
        }
        if (args[0].equals("serve")) {
            return Arrays.stream(args).anyMatch(SERVE_HELP::contains) ? COMMAND : SERVE;
        }
        return args[0].startsWith("--") && !HELP.contains(args[0]) ? NONE : COMMAND;
    }

    /** The arguments behind the first. */
    static String[] others(String[] args) {
        return Arrays.copyOfRange(args, 1, args.length);
    }
}
