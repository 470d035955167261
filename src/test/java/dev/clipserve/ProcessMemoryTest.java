package dev.clipserve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMemoryTest {

    /** What a process that holds a terabyte would see; far more than this JVM has committed. */
    private static final long RESIDENT_KB = 1L << 30;

    @TempDir
    private Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private double value(String meter) {
        return registry.get(meter).gauge().value();
    }

    @Test
    void bindTo_statusFile_givesItsResidentMemoryInBytes() throws IOException {
        Files.writeString(
                folder.resolve("status"),
                "Name:\tjava\nVmHWM:\t  99 kB\nVmRSS:\t" + RESIDENT_KB + " kB\nThreads:\t3\n");
        new ProcessMemory(folder).bindTo(registry);

        assertThat(value("process.memory.rss")).isEqualTo(RESIDENT_KB * 1024.0);
        assertThat(value("process.memory.pss")).isEqualTo(RESIDENT_KB * 1024.0);
        assertThat(value("process.memory.native"))
                .isLessThan(RESIDENT_KB * 1024.0)
                .isGreaterThan(RESIDENT_KB * 1024.0 - 64 * (1L << 30));
    }

    @Test
    void bindTo_lessResidentThanCommitted_isNothingOutside() throws IOException {
        Files.writeString(folder.resolve("status"), "VmRSS:\t1 kB\n");
        new ProcessMemory(folder).bindTo(registry);

        assertThat(value("process.memory.native")).isZero();
    }

    @Test
    void bindTo_pagesThatAreMappedTwice_countsThemOnce() throws IOException {
        Files.writeString(folder.resolve("status"), "VmRSS:\t8 kB\n");
        Files.writeString(
                folder.resolve("smaps_rollup"),
                "00400000-7ffd000 ---p 00000000 00:00 0 [rollup]\nRss:\t8 kB\nPss:\t5 kB\nPss_Anon:\t1 kB\n");
        new ProcessMemory(folder).bindTo(registry);

        assertThat(value("process.memory.rss")).isEqualTo(8 * 1024.0);
        assertThat(value("process.memory.pss")).isEqualTo(5 * 1024.0);
    }

    @Test
    void bindTo_systemWithoutSuchAFile_hasNoMeters() {
        new ProcessMemory(folder.resolve("nothing")).bindTo(registry);

        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void limit_ofThisProcess_isAboveWhatItHasAndAtMostWhatTheMachineHas() throws IOException {
        Path machine = Path.of("/proc/meminfo");
        assumeThat(machine).exists();

        new ProcessMemory(Path.of("/proc/self")).bindTo(registry);

        // MemTotal: 24 kB
        String total = Files.readAllLines(machine).getFirst().replaceAll("\\D", "");
        assertThat(value("process.memory.pss")).isBetween(1e6, value("process.memory.limit"));
        assertThat(value("process.memory.limit"))
                .isBetween(value("process.memory.rss"), Double.parseDouble(total) * 1024);
    }
}
