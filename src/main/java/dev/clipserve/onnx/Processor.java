package dev.clipserve.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kind of processor that this runs on: what ONNX Runtime chooses kernels, and the layout of weights, by. */
final class Processor {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private Processor() {}

    /** The architecture and instruction sets; empty where the system does not say (only Linux does). */
    static Optional<String> identity() {
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            // x86: flags; ARM: Features, CPU implementer and part.
            String facts = lines.filter(line -> line.startsWith("model name")
                            || line.startsWith("flags")
                            || line.startsWith("Features")
                            || line.startsWith("CPU "))
                    .distinct()
                    .collect(Collectors.joining("\n", System.getProperty("os.arch") + "\n", ""));
            return Optional.of(facts);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
