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

    private static final String RESIDENT = "VmRSS:";
    private static final int KILOBYTE = 1024;

    private final Path status;
    private final MemoryMXBean jvm = ManagementFactory.getMemoryMXBean();
    private final OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /** Reads the process's status file, in the form of {@code proc_pid_status(5)}, whenever a meter is asked. */
    ProcessMemory(Path status) {
        this.status = status;
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
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith(RESIDENT))
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
