package dev.clipserve.clip;

import dev.clipserve.batching.Announcement;
import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.batching.Deadline;
import dev.clipserve.batching.MicroBatcher;
import dev.clipserve.batching.QueueSpec;
import dev.clipserve.image.PixelValues;
import dev.clipserve.onnx.DirectBuffers;
import dev.clipserve.onnx.OnnxInput;
import dev.clipserve.onnx.SessionPool;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The image tower: {@code pixel_values} [n, 3, height, width] → {@code image_embeds} [n, dimension]. Images of
 * concurrent callers share runs.
 */
public final class ImageEncoder implements AutoCloseable {

    static final String INPUT = "pixel_values";
    static final String OUTPUT = "image_embeds";

    private final SessionPool sessions;
    private final List<EncoderWorker<PixelValues>> workers;
    private final MicroBatcher<PixelValues, Embedding> batcher;

    /**
     * An encoder on all places of its sessions.
     *
     * @param sample a picture that works, by which sessions are examined
     */
    ImageEncoder(SessionPool sessions, PixelValues sample, BatchPolicy policy, MeterRegistry registry) {
        this.sessions = sessions;
        var encoding = new EncoderWorker.Encoding<>(OUTPUT, sample, PixelLayout::new);
        this.workers = sessions.lanes().stream()
                .map(lane -> new EncoderWorker<>(lane, encoding))
                .toList();
        this.batcher = new MicroBatcher<>(
                new QueueSpec<>(
                        "image",
                        sessions.provider().label(),
                        policy,
                        pixels -> List.of(pixels.height(), pixels.width()),
                        PixelValues::bytes),
                registry,
                workers);
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
     * @param begun called when its batch begins
     * @param coming what announced it
     * @throws dev.clipserve.batching.QueueFullException if too many images are waiting
     */
    CompletableFuture<Embedding> encode(PixelValues pixels, Deadline deadline, Runnable begun, Announcement coming) {
        return batcher.submit(List.of(pixels), deadline, begun, coming).thenApply(List::getFirst);
    }

    /**
     * Tells that an image is being prepared, and keeps a place for it until the announcement is closed; worth waiting
     * for where others wait.
     *
     * @throws dev.clipserve.batching.QueueFullException if the image would be refused
     */
    public Announcement announce(Deadline deadline) {
        return batcher.announce(deadline);
    }

    /** Whether it hangs for good. */
    public boolean isStalled() {
        return batcher.isStalled();
    }

    @Override
    public void close() {
        batcher.close();
        sessions.close();
    }

    /** The buffer that batches are laid out in. */
    private static final class PixelLayout implements EncoderWorker.Layout<PixelValues> {

        private FloatBuffer buffer = DirectBuffers.floats(0);

        @Override
        public List<OnnxInput> inputs(List<PixelValues> batch) {
            PixelValues first = batch.getFirst();
            int needed = batch.size() * first.size();
            if (buffer.capacity() < needed) {
                buffer = DirectBuffers.floats(needed);
            }
            buffer.clear();
            batch.forEach(pixels -> pixels.writeTo(buffer));
            var shape = List.of(batch.size(), 3, first.height(), first.width());
            return List.of(new OnnxInput.Floats(INPUT, shape, buffer.flip()));
        }
    }
}
