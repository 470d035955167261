package dev.clipserve.image;

import dev.clipserve.batching.Deadline;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * JPEG photos of the reference data, one after the other: the mean time of one. {@code benchmarks/pillow.py} prints
 * Pillow's times for the same photos.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class JpegBenchmark {

    private static final ImageLimits LIMITS = new ImageLimits(
            Integer.MAX_VALUE, Integer.MAX_VALUE, Duration.ofMinutes(1), EnumSet.allOf(ImageFormat.class));

    /** Files or folders in the reference data: photos of about 500 × 375, and one of 4000 × 3000. */
    @Param({"bench/photos", "golden/hostile/photo_12mp.jpg"})
    private String photos;

    private final ImageDecoder decoder = new ImageDecoder(LIMITS);
    private final ImagePreparer preparer = new ImagePreparer(
            LIMITS, new DecodeBudget(1, 1L << 30), new ImagePreprocessor(ResizeBenchmark.CLIP), new SimpleMeterRegistry());
    private final List<byte[]> files = new ArrayList<>();
    private int next;

    @Setup
    public void read() throws IOException {
        Path shared = Path.of(System.getProperty("clipserve.shared", "../shared"));
        try (Stream<Path> paths = Files.walk(shared.resolve(photos))) {
            for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
                files.add(Files.readAllBytes(path));
            }
        }
    }

    private byte[] file() {
        next = (next + 1) % files.size();
        return files.get(next);
    }

    @Benchmark
    public Object decode() {
        return decoder.decode(file());
    }

    @Benchmark
    public Object prepare() {
        return preparer.prepare(file(), Deadline.after(Duration.ofMinutes(1)));
    }
}
