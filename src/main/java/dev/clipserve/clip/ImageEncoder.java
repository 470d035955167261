package dev.clipserve.clip;

import dev.clipserve.batching.Announcement;
import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.batching.Deadline;
import dev.clipserve.batching.MicroBatcher;
import dev.clipserve.batching.QueueSpec;
import dev.clipserve.image.PixelValues;
import dev.clipserve.onnx.DirectBuffers;
import dev.clipserve.onnx.Lane;
import dev.clipserve.onnx.OnnxInput;
import dev.clipserve.onnx.SessionPool;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.FloatBuffer;
import java.util.Collections;
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

    private final SessionPool sessions;
    private final List<Worker> workers;
    private final MicroBatcher<PixelValues, Embedding> batcher;

    ImageEncoder(SessionPool sessions, BatchPolicy policy, MeterRegistry registry) {
        this.sessions = sessions;
        this.workers = sessions.lanes().stream().map(Worker::new).toList();
        this.batcher = new MicroBatcher<>(
                new QueueSpec<>(
                        "image",
                        sessions.provider().label(),
                        policy,
                        pixels -> List.of(pixels.height(), pixels.width()),
                        PixelValues::bytes),
                registry,
                workers.stream()
                        .<Function<List<PixelValues>, List<Embedding>>>map(worker -> worker::encode)
                        .toList());
    }

    /**
     * Runs a picture in batches on each device, and checks that it was the device that ran them. Call it once, before
     * anything is submitted.
     *
     * @return the picture's embedding
     */
    Embedding warmUp(PixelValues pixels, WarmUp warmUp) {
        Embedding last = warmUp.run(workers.subList(0, sessions.devices()), size -> Collections.nCopies(size, pixels));
        sessions.verifyPlacement();
        return last;
    }

    /**
     * Runs one image through the model; fails with a {@link java.util.concurrent.TimeoutException} when the deadline
     * passes first.
     *
     * @throws dev.clipserve.batching.QueueFullException if too many images are waiting
     */
    public CompletableFuture<Embedding> encode(PixelValues pixels, Deadline deadline) {
        return encode(pixels, deadline, () -> {});
    }

    /**
     * Runs one image through the model as {@link #encode(PixelValues, Deadline)} does.
     *
     * @param begun called when its batch begins
     */
    CompletableFuture<Embedding> encode(PixelValues pixels, Deadline deadline, Runnable begun) {
        return batcher.submit(List.of(pixels), deadline, begun).thenApply(List::getFirst);
    }

    /** Tells that an image is being prepared, until the announcement is closed; worth waiting for where others wait. */
    public Announcement announce() {
        return batcher.announce();
    }

    @Override
    public void close() {
        batcher.close();
        sessions.close();
    }

    /** One lane, and the buffer that its batches are laid out in. */
    private static final class Worker implements WarmUp.Runner<PixelValues> {

        private final Lane lane;
        private FloatBuffer buffer = DirectBuffers.floats(0);

        Worker(Lane lane) {
            this.lane = lane;
        }

        @Override
        public List<Embedding> encode(List<PixelValues> batch) {
            PixelValues first = batch.getFirst();
            int needed = batch.size() * first.size();
            if (buffer.capacity() < needed) {
                buffer = DirectBuffers.floats(needed);
            }
            buffer.clear();
            batch.forEach(pixels -> pixels.writeTo(buffer));
            var shape = List.of(batch.size(), 3, first.height(), first.width());
            float[] features = lane.run(List.of(new OnnxInput.Floats(INPUT, shape, buffer.flip())), OUTPUT);
            return Embedding.normalizeRows(features, batch.size());
        }
    }
}
