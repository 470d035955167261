package dev.clipserve.clip;

import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.batching.MicroBatcher;
import dev.clipserve.image.PixelValues;
import dev.clipserve.onnx.OnnxInput;
import dev.clipserve.onnx.OnnxSession;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The image tower: {@code pixel_values} [n, 3, height, width] → {@code image_embeds} [n, dimension]. Images of
 * concurrent callers share runs.
 */
public final class ImageEncoder implements AutoCloseable {

    static final String INPUT = "pixel_values";
    static final String OUTPUT = "image_embeds";

    private final List<OnnxSession> sessions;
    private final MicroBatcher<PixelValues, Embedding> batcher;

    ImageEncoder(List<OnnxSession> sessions, BatchPolicy policy, MeterRegistry registry) {
        this.sessions = sessions;
        this.batcher = new MicroBatcher<>(
                "image",
                policy,
                registry,
                sessions.stream()
                        .<Function<List<PixelValues>, List<Embedding>>>map(session -> new Worker(session)::encode)
                        .toList());
    }

    /**
     * Runs one image through the model.
     *
     * @throws dev.clipserve.batching.QueueFullException if too many images are waiting
     */
    public CompletableFuture<Embedding> encode(PixelValues pixels) {
        return batcher.submit(List.of(pixels.height(), pixels.width()), List.of(pixels))
                .thenApply(List::getFirst);
    }

    @Override
    public void close() {
        batcher.close();
        sessions.forEach(OnnxSession::close);
    }

    /** One session and the buffer that its batches are laid out in; used by one thread. */
    private static final class Worker {

        private final OnnxSession session;
        private FloatBuffer buffer = allocate(0);

        Worker(OnnxSession session) {
            this.session = session;
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
            float[] features = session.run(List.of(new OnnxInput.Floats(INPUT, shape, buffer.flip())), OUTPUT);
            return Embedding.normalizeRows(features, batch.size());
        }

        private static FloatBuffer allocate(int floats) {
            return ByteBuffer.allocateDirect(Math.multiplyExact(Float.BYTES, floats))
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
        }
    }
}
