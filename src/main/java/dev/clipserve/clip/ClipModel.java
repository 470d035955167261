package dev.clipserve.clip;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.stream.Stream;

/** A loaded model: both encoders, ready to run. Owns their native memory until {@link #close}. */
public final class ClipModel implements AutoCloseable {

    private final ModelBundle bundle;
    private final ImageEncoder images;
    private final TextEncoder texts;
    private final int dimension;
    private final String provider;
    private final String digest;

    ClipModel(ModelBundle bundle, ImageEncoder images, TextEncoder texts, int dimension, String provider) {
        this.bundle = bundle;
        this.provider = provider;
        this.digest = bundle.identity();
        this.images = images;
        this.texts = texts;
        this.dimension = dimension;
    }

    /**
     * Loads both encoders, checks that they are what the bundle says, and runs each in the batch sizes to come.
     *
     * @throws BundleException if a graph is missing, lacks an input or output, or has other sizes than the bundle says
     * @throws dev.clipserve.onnx.DeviceException if the hardware is not there, or does not run the graphs
     */
    public static ClipModel load(ModelBundle bundle, EngineSettings settings, MeterRegistry registry) {
        return new ClipModelLoad(bundle, settings, registry).run();
    }

    /** What the bundle says of the model. */
    public ModelBundle bundle() {
        return bundle;
    }

    /** The image tower. */
    public ImageEncoder images() {
        return images;
    }

    /** The text tower. */
    public TextEncoder texts() {
        return texts;
    }

    /** How many numbers an embedding has. */
    public int dimension() {
        return dimension;
    }

    /** The hardware that runs the encoders: {@code cpu}, {@code cuda} or {@code tensorrt}. */
    public String provider() {
        return provider;
    }

    /** SHA-256, 64 hexadecimal digits: what has the same digest gives the same embeddings and probabilities. */
    public String digest() {
        return digest;
    }

    /** The encoders that hang for good, by their queues; only a restart helps them. */
    public List<String> stalled() {
        return Stream.of(images.isStalled() ? "image" : "", texts.isStalled() ? "text" : "")
                .filter(queue -> !queue.isEmpty())
                .toList();
    }

    @Override
    public void close() {
        try (images) {
            texts.close();
        }
    }
}
