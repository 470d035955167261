package dev.clipserve.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Labels in a prompt of CLIP's → token ids, one after the other and together. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TokenizerBenchmark {

    private static final List<String> THINGS =
            List.of("cat", "sunflower", "motorcycle", "red panda", "golden retriever", "airplane wing", "wooden chair");

    @Param({"100", "1000"})
    private int labels;

    private TextTokenizer tokenizer;
    private List<String> prompts;

    @Setup
    public void prepare() throws IOException {
        try (var json = Files.newInputStream(Path.of("models/mini-clip/tokenizer.json"))) {
            tokenizer = TextTokenizer.load(json, TextLength.upTo(77));
        }
        prompts = IntStream.range(0, labels)
                .mapToObj(i -> "a photo of a " + THINGS.get(i % THINGS.size()) + " number " + i + ".")
                .toList();
    }

    @TearDown
    public void close() {
        tokenizer.close();
    }

    @Benchmark
    public List<TokenIds> oneByOne() {
        return prompts.stream().map(tokenizer::encode).toList();
    }

    @Benchmark
    public List<TokenIds> together() {
        return tokenizer.encode(prompts);
    }
}
