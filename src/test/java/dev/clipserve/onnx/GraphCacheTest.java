package dev.clipserve.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.ShippedModel;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the encoders of the model that ships. */
class GraphCacheTest {

    private static final Path GRAPH = Path.of("models/mini-clip/onnx/vision_model.onnx");
    /** Has an If, whose constants ONNX Runtime writes twice. */
    private static final Path UNREADABLE = Path.of("models/mini-clip/onnx/text_model.onnx");

    private static final ExecutionProvider CPU = ExecutionProvider.Cpu.shortestAnswer(2, 2);

    @TempDir
    private Path folder;

    private Path cacheFolder() {
        return folder.resolve("cache");
    }

    private List<Path> entries() throws IOException {
        if (!Files.exists(cacheFolder())) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(cacheFolder())) {
            return entries.toList();
        }
    }

    private static float[] gray(GraphCache cache, OnnxGraph graph) {
        try (SessionPool sessions = SessionPool.load(graph, CPU, cache, List.of())) {
            var pixels = FloatBuffer.allocate(3 * ShippedModel.SIDE * ShippedModel.SIDE);
            return sessions.lanes()
                    .getFirst()
                    .run(
                            List.of(new OnnxInput.Floats(
                                    "pixel_values", List.of(1, 3, ShippedModel.SIDE, ShippedModel.SIDE), pixels)),
                            "image_embeds");
        }
    }

    private static OnnxGraph graph(String digest) {
        return new OnnxGraph.File("vision", GRAPH, digest);
    }

    @Test
    void load_graphWhosePackedWeightsWouldNotBeAligned_computesTheSameFirstAndLater() throws IOException {
        var graph = new OnnxGraph.File("odd", Path.of("src/test/resources/graphs/odd_mask.onnx"), "odd");
        var cache = GraphCache.in(cacheFolder());
        float[] plain = ones(GraphCache.none(), graph);

        assertThat(ones(cache, graph)).isEqualTo(plain);
        assertThat(ones(cache, graph)).isEqualTo(plain);
        assertThat(entries()).hasSize(1);
        assertThat(entries().getFirst().resolve("graph.onnx")).isNotEmptyFile();
    }

    @Test
    void load_twoServicesAtOnce_bothRunWhatIsKept() throws Exception {
        var graph = graph("raced");
        var cache = GraphCache.in(cacheFolder());
        var start = new CyclicBarrier(2);
        Callable<OnnxGraph> service = () -> {
            start.await();
            return cache.optimized(graph);
        };

        // Threads of the system: ONNX Runtime does not let go of a virtual thread's carrier.
        try (var services = Executors.newFixedThreadPool(2)) {
            for (Future<OnnxGraph> optimized : services.invokeAll(List.of(service, service))) {
                assertThat(((OnnxGraph.File) optimized.get()).path())
                        .isEqualTo(entries().getFirst().resolve("graph.onnx"));
            }
        }
        assertThat(entries()).hasSize(1);
    }

    private static float[] ones(GraphCache cache, OnnxGraph graph) {
        try (SessionPool sessions = SessionPool.load(graph, CPU, cache, List.of())) {
            var rows = FloatBuffer.allocate(17 * 17);
            return sessions.lanes().getFirst().run(List.of(new OnnxInput.Floats("x", List.of(17, 17), rows)), "y");
        }
    }

    @Test
    void aligned_placesInAGraph_areAllMultiplesOfALine() throws IOException {
        assertThat(PackedWeights.aligned(graphThatSays("MatMul+12|128;64;0|192;64;1", "Gemm+9|0;7;0")))
                .isTrue();
        assertThat(PackedWeights.aligned(graphThatSays("MatMul+12|128;64;0|193;64;1", "Gemm+9|0;7;0")))
                .isFalse();
        assertThat(PackedWeights.aligned(graphThatSays("MatMul+12|128;64;0", "Gemm+9|36;7;0")))
                .isFalse();
        assertThat(PackedWeights.aligned(graphThatSays("nothing is packed"))).isTrue();
    }

    private Path graphThatSays(String... attributes) throws IOException {
        return Files.writeString(folder.resolve("graph"), String.join("\u0000", attributes));
    }

    @Test
    void load_withACache_computesTheSameBitsFirstAndLater() throws IOException {
        var cache = GraphCache.in(cacheFolder());
        float[] plain = gray(GraphCache.none(), graph("one"));

        assertThat(gray(cache, graph("one"))).isEqualTo(plain);
        assertThat(entries()).hasSize(1);
        assertThat(gray(cache, graph("one"))).isEqualTo(plain);
        assertThat(entries()).hasSize(1);
    }

    @Test
    void load_otherContent_isAnotherEntry() throws IOException {
        var cache = GraphCache.in(cacheFolder());
        assertThat(gray(cache, graph("one"))).isEqualTo(gray(cache, graph("other")));

        assertThat(entries()).hasSize(2);
    }

    @Test
    void load_contentThatNobodyVouchesFor_isNotKept() throws IOException {
        assertThat(gray(GraphCache.in(cacheFolder()), new OnnxGraph.File("vision", GRAPH, null)))
                .hasSize(128);

        assertThat(entries()).isEmpty();
    }

    @Test
    void load_damagedEntry_isThrownAwayAndTheGraphItselfLoaded() throws IOException {
        var cache = GraphCache.in(cacheFolder());
        float[] plain = gray(cache, graph("one"));
        Files.writeString(entries().getFirst().resolve("graph.onnx"), "no graph");

        assertThat(gray(cache, graph("one"))).isEqualTo(plain);
        assertThat(entries()).isEmpty();
    }

    @Test
    void load_folderThatCannotBeMade_goesOnWithout() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");

        assertThat(gray(GraphCache.in(file), graph("one"))).hasSize(128);
    }

    @Test
    void load_noGraph_leavesNothingBehind() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.onnx"), "no graph");

        assertThat(GraphCache.in(cacheFolder()).optimized(new OnnxGraph.File("broken", broken, "one")))
                .isEqualTo(new OnnxGraph.File("broken", broken, "one"));
        assertThat(entries()).isEmpty();
    }

    @Test
    void optimized_graphThatCannotBeReadBack_isTriedOnce() throws IOException {
        var cache = GraphCache.in(cacheFolder());
        var graph = new OnnxGraph.File("text", UNREADABLE, "one");

        assertThat(cache.optimized(graph)).isEqualTo(graph);
        assertThat(entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry).isEmptyDirectory());
        assertThat(cache.optimized(graph)).isEqualTo(graph);
    }
}
