package dev.clipserve.clip;

import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.batching.Deadline;
import dev.clipserve.batching.MicroBatcher;
import dev.clipserve.batching.QueueSpec;
import dev.clipserve.image.PixelValues;
import dev.clipserve.onnx.OnnxInput;
import dev.clipserve.onnx.SessionPool;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The image tower: {@code pixel_values} [n, 3, height, width] → {@code image_embeds} [n, dimension]. Images of
 * concurrent callers share runs.
 */
public final class ImageEncoder implements AutoCloseable {

    static final String INPUT = "pixel_values";
    static final String OUTPUT = "image_embeds";

    private final SessionPool sessions;
    private final MicroBatcher<PixelValues, Embedding> batcher;

    ImageEncoder(SessionPool sessions, BatchPolicy policy, MeterRegistry registry) {
        this.sessions = sessions;
        this.batcher = new MicroBatcher<>(
                new QueueSpec<>(
                        "image", policy, pixels -> List.of(pixels.height(), pixels.width()), PixelValues::bytes),
                registry,
                Stream.generate(() -> new Worker(sessions))
                        .limit(sessions.parallelRuns())
                        .<Function<List<PixelValues>, List<Embedding>>>map(worker -> worker::encode)
                        .toList());
    }

    /**
     * Runs one image through the model; fails with a {@link java.util.concurrent.TimeoutException} when the deadline
     * passes first.
     *
     * @throws dev.clipserve.batching.QueueFullException if too many images are waiting
     */
    public CompletableFuture<Embedding> encode(PixelValues pixels, Deadline deadline) {
        return batcher.submit(List.of(pixels), deadline).thenApply(List::getFirst);
    }

    @Override
    public void close() {
        batcher.close();
        sessions.close();
    }

    /** The buffer that one thread's batches are laid out in. */
    private static final class Worker {

        private final SessionPool sessions;
        private FloatBuffer buffer = allocate(0);

        Worker(SessionPool sessions) {
            this.sessions = sessions;
        }

        List<Embedding> encode(List<PixelValues> batch) {
            PixelValues first = batch.getFirst();
            int needed = batch.size() * first.size();
            if (buffer.capacity() < needed) {
                buffer = allocate(needed);
            }
            buffer.clear();
            batch.forEach(pixels -> pixels.writeTo(buffer));
            var shape = List.of(batch.size(), 3, first.height(), first.width());
            float[] features = sessions.run(List.of(new OnnxInput.Floats(INPUT, shape, buffer.flip())), OUTPUT);
            return Embedding.normalizeRows(features, batch.size());
        }

        private static FloatBuffer allocate(int floats) {
            return ByteBuffer.allocateDirect(Math.multiplyExact(Float.BYTES, floats))
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
        }
    }
}
