package dev.clipserve;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The memory that the process has of the machine, as Linux counts it; nothing elsewhere.
 *
 * <p>Weights, runs and libraries are outside the JVM's heap, where its own meters do not see them.
 */
final class ProcessMemory implements MeterBinder {

    private static final int KILOBYTE = 1024;

    private final Path status;
    private final Path mappings;
    private final MemoryMXBean jvm = ManagementFactory.getMemoryMXBean();
    private final OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /**
     * Reads the process's files, in the forms of {@code proc_pid_status(5)} and {@code proc_pid_smaps(5)}, whenever a
     * meter is asked.
     *
     * @param process such as {@code /proc/self}
     */
    ProcessMemory(Path process) {
        this.status = process.resolve("status");
        this.mappings = process.resolve("smaps_rollup");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        if (!Files.isReadable(status)) {
            return;
        }
        Gauge.builder("process.memory.rss", this::resident)
                .description("Resident memory of the process")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("process.memory.pss", this::proportional)
                .description("Resident memory, pages that are mapped several times counted once, as for a limit")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("process.memory.native", this::outsideOfJvm)
                .description("Resident memory beside what the JVM has committed for its heap, classes and code")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("process.memory.limit", machine::getTotalMemorySize)
                .description("Memory that the process may have: its container's limit, or all of the machine's")
                .baseUnit("bytes")
                .register(registry);
    }

    private double resident() {
        return value(status, "VmRSS:");
    }

    /** Sandboxes such as gVisor do not tell; then every mapping counts. */
    private double proportional() {
        return Files.isReadable(mappings) ? value(mappings, "Pss:") : resident();
    }

    private static double value(Path file, String name) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToDouble(ProcessMemory::bytes)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code VmRSS: 4096 kB}, in bytes. */
    private static double bytes(String line) {
        return Double.parseDouble(line.replaceAll("\\D", "")) * KILOBYTE;
    }

    /** What is committed may not have been touched yet, and is not resident then: a lower bound. */
    private double outsideOfJvm() {
        long committed = jvm.getHeapMemoryUsage().getCommitted()
                + jvm.getNonHeapMemoryUsage().getCommitted();
        return Math.max(0, resident() - committed);
    }
}
