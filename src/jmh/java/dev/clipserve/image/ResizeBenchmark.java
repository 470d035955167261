package dev.clipserve.image;

import dev.clipserve.image.Preprocessing.Normalization;
import dev.clipserve.image.Preprocessing.PerChannel;
import dev.clipserve.image.Preprocessing.ShortestEdge;
import dev.clipserve.image.Preprocessing.Size;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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
 * CLIP's resize: shortest edge to 224, bicubic, and the centre crop of 224, of pictures that decoders deliver packed
 * (PNG and others) and in planes (JPEG). {@code benchmarks/pillow.py} prints Pillow's times for the same sizes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ResizeBenchmark {

    static final Preprocessing CLIP = new Preprocessing(
            new ShortestEdge(224),
            Resample.BICUBIC,
            new Preprocessing.Crop(new Size(224, 224), Preprocessing.Rounding.DOWN),
            new Normalization(
                    1 / 255.0,
                    new PerChannel(0.48145466, 0.4578275, 0.40821073),
                    new PerChannel(0.26862954, 0.26130258, 0.27577711)));

    @Param({"500x375", "375x500", "640x480", "1920x1080", "4032x3024"})
    private String size;

    private final ImagePreprocessor preprocessor = new ImagePreprocessor(CLIP);
    private RgbImage packed;
    private RgbImage planes;

    @Setup
    public void prepare() {
        int width = Integer.parseInt(size.substring(0, size.indexOf('x')));
        int height = Integer.parseInt(size.substring(size.indexOf('x') + 1));
        byte[] samples = new byte[3 * width * height];
        new Random(1).nextBytes(samples);
        packed = RgbImage.packed(width, height, samples);
        int plane = width * height;
        planes = new RgbImage(samples, new RgbImage.Layout(width, height, 0, 1, width, 0, plane, 2 * plane));
    }

    @Benchmark
    public Object resizePacked() {
        return preprocessor.resizeAndCrop(packed);
    }

    @Benchmark
    public Object resizePlanes() {
        return preprocessor.resizeAndCrop(planes);
    }
}
