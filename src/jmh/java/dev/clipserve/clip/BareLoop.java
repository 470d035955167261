package dev.clipserve.clip;

import dev.clipserve.onnx.ExecutionProvider;
import dev.clipserve.onnx.GraphCache;
import dev.clipserve.onnx.Lane;
import dev.clipserve.onnx.OnnxInput;
import dev.clipserve.onnx.SessionPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The encoders in a bare loop, without HTTP, decoding or tokenizing: the limit that a machine and a model set, and the
 * settings that come nearest to it.
 *
 * <pre>./mvnw -Pjmh test-compile exec:exec -Djmh.main=dev.clipserve.clip.BareLoop -Djmh=FOLDER</pre>
 *
 * FOLDER is a model bundle, {@code FOLDER@int8} its graphs of another precision. Every division of the processor is measured in turn, round after round, and the medians are
 * printed, one JSON object a line; last, what to put into the configuration.
 */
public final class BareLoop {

    private static final int ROUNDS = 3;
    private static final long NANOS_PER_CASE = 2_000_000_000L;
    /** A short label in a template. */
    private static final int TOKENS = 11;
    /** Of the best rate: what a smaller batch, which is answered sooner, may cost. */
    private static final double NEARLY_BEST = 0.98;

    private final ModelBundle bundle;

    private BareLoop(ModelBundle bundle) {
        this.bundle = bundle;
    }

    /** One way to divide the processor. */
    private record Division(String encoder, int threads, int parallelRuns, int batch) {}

    /** Images or texts a second. */
    private record Rate(Division division, double perSecond) {

        String json() {
            return String.format(
                    Locale.ROOT,
                    "{\"encoder\":\"%s\",\"threads\":%d,\"parallel_runs\":%d,\"batch\":%d,\"per_second\":%.1f,\"ms_per_run\":%.2f}",
                    division.encoder(),
                    division.threads(),
                    division.parallelRuns(),
                    division.batch(),
                    perSecond,
                    1e3 * division.parallelRuns() * division.batch() / perSecond);
        }
    }

    /** Measures the bundle in the folder that is named. */
    public static void main(String[] arguments) throws Exception {
        String[] wanted = arguments[0].split("@");
        Precision precision = wanted.length > 1 ? Precision.valueOf(wanted[1].toUpperCase(Locale.ROOT)) : Precision.FP32;
        var loop = new BareLoop(ModelBundle.read(new BundleFiles.Folder(Path.of(wanted[0])), precision));
        List<Rate> images = loop.measure("image", List.of(1, 2, 4, 8, 16, 32));
        List<Rate> texts = loop.measure("text", List.of(1, 8, 16, 32, 64));
        Division image = choice(images);
        System.out.printf(
                "%nclipserve.model.threads=%d%nclipserve.model.parallel-runs=%d%nclipserve.batching.max-images=%d%n"
                        + "clipserve.batching.max-texts=%d%n",
                image.threads() * image.parallelRuns(),
                image.parallelRuns(),
                image.batch(),
                choice(texts).batch());
    }

    /** The smallest batch that is nearly as good as the best, in the best one's division. */
    private static Division choice(List<Rate> rates) {
        Rate best = Collections.max(rates, Comparator.comparingDouble(Rate::perSecond));
        return rates.stream()
                .filter(rate -> rate.division().parallelRuns() == best.division().parallelRuns())
                .filter(rate -> rate.perSecond() >= NEARLY_BEST * best.perSecond())
                .map(Rate::division)
                .min(Comparator.comparingInt(Division::batch))
                .orElse(best.division());
    }

    private List<Rate> measure(String encoder, List<Integer> batches) throws Exception {
        int cores = Runtime.getRuntime().availableProcessors();
        Map<Integer, SessionPool> sessions = new LinkedHashMap<>();
        for (int parallelRuns = 1; parallelRuns <= cores; parallelRuns *= 2) {
            sessions.put(parallelRuns, load(encoder, ExecutionProvider.Cpu.leastMemory(cores, parallelRuns)));
        }
        Map<Division, List<Double>> rates = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (var entry : sessions.entrySet()) {
                for (int batch : batches) {
                    var division = new Division(encoder, cores / entry.getKey(), entry.getKey(), batch);
                    rates.computeIfAbsent(division, key -> new ArrayList<>()).add(rate(entry.getValue(), division));
                }
            }
        }
        sessions.values().forEach(SessionPool::close);
        List<Rate> medians = rates.entrySet().stream()
                .map(entry -> new Rate(entry.getKey(), median(entry.getValue())))
                .toList();
        medians.forEach(rate -> System.out.println(rate.json()));
        return medians;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private SessionPool load(String encoder, ExecutionProvider provider) throws IOException {
        String file =
                encoder.equals("image") ? bundle.graphs().vision() : bundle.graphs().text();
        return SessionPool.load(bundle.graph(file), provider, GraphCache.none(), List.of());
    }

    /** Items a second, of as many callers as there are parallel runs. */
    private double rate(SessionPool sessions, Division division) throws InterruptedException, ExecutionException {
        try (ExecutorService callers = Executors.newFixedThreadPool(division.parallelRuns())) {
            List<Future<Double>> rates = new ArrayList<>();
            for (Lane lane : sessions.lanes()) {
                rates.add(callers.submit(() -> runsPerSecond(run(lane, division))));
            }
            double sum = 0;
            for (Future<Double> rate : rates) {
                sum += division.batch() * rate.get();
            }
            return sum;
        }
    }

    private static double runsPerSecond(Runnable run) {
        run.run();
        long start = System.nanoTime();
        int runs = 0;
        do {
            run.run();
            runs++;
        } while (System.nanoTime() - start < NANOS_PER_CASE);
        return runs * 1e9 / (System.nanoTime() - start);
    }

    private Runnable run(Lane lane, Division division) {
        boolean image = division.encoder().equals("image");
        OnnxInput input = image ? pixels(division.batch()) : tokens(division.batch());
        String output = image ? ImageEncoder.OUTPUT : TextEncoder.OUTPUT;
        return () -> lane.run(List.of(input), output);
    }

    private OnnxInput pixels(int batch) {
        int height = bundle.preprocessing().outputHeight();
        int width = bundle.preprocessing().outputWidth();
        var random = new Random(1);
        var values = ByteBuffer.allocateDirect(Float.BYTES * batch * 3 * height * width)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        while (values.hasRemaining()) {
            values.put((float) random.nextGaussian());
        }
        return new OnnxInput.Floats(ImageEncoder.INPUT, List.of(batch, 3, height, width), values.flip());
    }

    /** The same word over and over, between no start and no end: what a text says does not change what it costs. */
    private static OnnxInput tokens(int batch) {
        long[] ids = new long[batch * TOKENS];
        Arrays.fill(ids, 320);
        var values = ByteBuffer.allocateDirect(Long.BYTES * ids.length)
                .order(ByteOrder.nativeOrder())
                .asLongBuffer()
                .put(ids)
                .flip();
        return new OnnxInput.Longs(TextEncoder.INPUT, List.of(batch, TOKENS), values);
    }
}
