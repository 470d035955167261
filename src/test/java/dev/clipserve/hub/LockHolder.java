package dev.clipserve.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Another process that holds the lock of a file until its standard input ends. */
final class LockHolder {

    private static final String PROGRAM = """
            import java.nio.channels.FileChannel;
            import java.nio.file.Path;
            import java.nio.file.StandardOpenOption;

            class Hold {
                public static void main(String[] file) throws Exception {
                    try (var channel = FileChannel.open(
                                    Path.of(file[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                            var lock = channel.lock()) {
                        System.out.println("held");
                        System.in.read();
                    }
                }
            }
            """;

    private LockHolder() {}

    /** Returns when the lock is held. */
    static Process start(Path lock, Path folder) throws IOException {
        Path source = Files.writeString(folder.resolve("Hold.java"), PROGRAM);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        source.toString(),
                        lock.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line = process.inputReader().readLine();
        if (!"held".equals(line)) {
            throw new IllegalStateException("the other process says " + line);
        }
        return process;
    }
}
