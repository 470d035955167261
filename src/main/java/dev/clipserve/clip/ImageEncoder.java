package dev.clipserve.clip;

import dev.clipserve.image.PixelValues;
import dev.clipserve.onnx.OnnxInput;
import dev.clipserve.onnx.OnnxSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/** The image tower: {@code pixel_values} [n, 3, height, width] → {@code image_embeds} [n, dimension]. */
public final class ImageEncoder implements AutoCloseable {

    static final String INPUT = "pixel_values";
    static final String OUTPUT = "image_embeds";

    private final OnnxSession session;

    ImageEncoder(OnnxSession session) {
        this.session = session;
    }

    /** Runs one image through the model. */
    public Embedding encode(PixelValues pixels) {
        FloatBuffer buffer = ByteBuffer.allocateDirect(Float.BYTES * pixels.size())
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        pixels.writeTo(buffer);
        var shape = List.of(1, 3, pixels.height(), pixels.width());
        return Embedding.normalize(session.run(List.of(new OnnxInput.Floats(INPUT, shape, buffer.flip())), OUTPUT));
    }

    @Override
    public void close() {
        session.close();
    }
}
