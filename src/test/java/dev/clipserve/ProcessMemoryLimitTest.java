package dev.clipserve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessMemoryLimitTest {

    private static final Path MACHINE = Path.of("/proc/meminfo");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void limit_ofThisProcess_isAboveWhatItHasAndAtMostWhatTheMachineHas() throws IOException {
        assumeThat(MACHINE).exists();

        new ProcessMemory(Path.of("/proc/self/status")).bindTo(registry);

        assertThat(value("process.memory.limit")).isBetween(value("process.memory.rss"), machineTotal());
    }

    private double value(String gauge) {
        return registry.get(gauge).gauge().value();
    }

    /** From {@code MemTotal: 24 kB}. */
    private static double machineTotal() throws IOException {
        String total = Files.readAllLines(MACHINE).getFirst();
        return Double.parseDouble(total.replaceAll("\\D", "")) * 1024;
    }
}
