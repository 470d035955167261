package dev.clipserve.clip;

import dev.clipserve.clip.EngineSettings.Tower;
import dev.clipserve.image.PixelValues;
import dev.clipserve.onnx.ExecutionProvider;
import dev.clipserve.onnx.OnnxException;
import dev.clipserve.onnx.SessionPool;
import dev.clipserve.text.TextTokenizer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A loaded model: both encoders, ready to run. Owns their native memory until {@link #close}. */
public final class ClipModel implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ClipModel.class);

    private final ModelBundle bundle;
    private final ImageEncoder images;
    private final TextEncoder texts;
    private final int dimension;
    private final String provider;
    private final String digest;

    private ClipModel(ModelBundle bundle, ImageEncoder images, TextEncoder texts, int dimension, String provider) {
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
        var loader = new Loader(bundle, settings, registry);
        ImageEncoder images = loader.imageEncoder();
        try {
            TextEncoder texts = loader.textEncoder();
            try {
                var model = new ClipModel(
                        bundle,
                        images,
                        texts,
                        loader.commonDimension(images, texts),
                        settings.images().provider().label());
                log.info(
                        "Model {} runs {} and {}",
                        bundle.name(),
                        bundle.graphs().vision(),
                        bundle.graphs().text());
                return model;
            } catch (RuntimeException | Error e) {
                texts.close();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            // Or its threads would keep a process alive that failed to start, also where a native library was missing.
            images.close();
            throw e;
        }
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

    /** Loading: each step closes what it opened when it fails. */
    private record Loader(ModelBundle bundle, EngineSettings settings, MeterRegistry registry) {

        ImageEncoder imageEncoder() {
            Tower tower = settings.images();
            return encoder(
                    sessions("image", bundle.graphs().vision(), GraphContract.image(bundle), tower),
                    sessions -> new ImageEncoder(sessions, blackPicture(), tower.policy(), registry));
        }

        TextEncoder textEncoder() {
            Tower tower = settings.texts();
            TextTokenizer tokenizer = tokenizer();
            try {
                requireEncoding(tokenizer);
                return encoder(
                        sessions("text", bundle.graphs().text(), GraphContract.text(bundle), tower),
                        sessions -> new TextEncoder(tokenizer, sessions, tower.policy(), registry));
            } catch (RuntimeException | Error e) {
                tokenizer.close();
                throw e;
            }
        }

        /** A tokenizer may load that has no token for what it does not know. */
        private void requireEncoding(TextTokenizer tokenizer) {
            String text = TextEncoder.SAMPLE;
            try {
                var _ = tokenizer.encode(text);
            } catch (RuntimeException e) {
                throw fault(ModelBundle.TOKENIZER, "cannot encode '" + text + "': " + e.getMessage(), e);
            }
        }

        private static <E> E encoder(SessionPool sessions, Function<SessionPool, E> encoder) {
            try {
                return encoder.apply(sessions);
            } catch (RuntimeException | Error e) {
                sessions.close();
                throw e;
            }
        }

        private TextTokenizer tokenizer() {
            try (InputStream json = bundle.files().open(ModelBundle.TOKENIZER)) {
                return TextTokenizer.load(json, bundle.textLength());
            } catch (FileNotFoundException e) {
                throw fault(ModelBundle.TOKENIZER, "is missing", e);
            } catch (IOException e) {
                throw fault(ModelBundle.TOKENIZER, "is not a tokenizer: " + e.getMessage(), e);
            }
        }

        private SessionPool sessions(String queue, String file, GraphContract contract, Tower tower) {
            SessionPool sessions = open(file, contract, tower);
            contract.fault(sessions).ifPresent(fault -> {
                sessions.close();
                throw new BundleException(bundle.files().location(), file, fault);
            });
            Gauge.builder("clipserve.sessions", sessions::sessions)
                    .description("ONNX Runtime sessions that are open")
                    .tag("queue", queue)
                    .tag("provider", sessions.provider().label())
                    .register(registry);
            FunctionCounter.builder("clipserve.sessions.reopened", sessions, SessionPool::reopened)
                    .description(
                            "How often sessions of ONNX Runtime were opened anew because they did not work any more")
                    .tag("queue", queue)
                    .register(registry);
            return sessions;
        }

        private SessionPool open(String file, GraphContract contract, Tower tower) {
            var shapes = contract.shapes(tower.policy().maxBatch(), bundle.context());
            try {
                return SessionPool.load(bundle.graph(file), tower.provider(), settings.cache(), shapes);
            } catch (FileNotFoundException e) {
                throw fault(file, "is missing", e);
            } catch (IOException | OnnxException e) {
                throw fault(file, "cannot be loaded: " + e.getMessage(), e);
            }
        }

        /** Runs each encoder: graphs seldom state the size of their output. */
        int commonDimension(ImageEncoder images, TextEncoder texts) {
            int imageDimension = probe(
                            bundle.graphs().vision(),
                            () -> images.warmUp(blackPicture(), WarmUp.of("image", settings.images(), registry)))
                    .dimension();
            int textDimension = probe(
                            bundle.graphs().text(),
                            () -> texts.warmUp(sampleTexts(), WarmUp.of("text", settings.texts(), registry)))
                    .dimension();
            if (imageDimension != textDimension) {
                throw new BundleException(
                        bundle.files().location(),
                        bundle.graphs().text(),
                        "gives embeddings of " + textDimension + " numbers, "
                                + bundle.graphs().vision() + " of " + imageDimension + "; they must share one space");
            }
            return imageDimension;
        }

        private PixelValues blackPicture() {
            int width = bundle.preprocessing().outputWidth();
            int height = bundle.preprocessing().outputHeight();
            return PixelValues.copyOf(
                    width,
                    height,
                    new byte[3 * width * height],
                    bundle.preprocessing().normalization());
        }

        /** A short text; and the longest, where memory and engines grow with it. */
        private List<String> sampleTexts() {
            String text = TextEncoder.SAMPLE;
            return settings.texts().provider() instanceof ExecutionProvider.Cpu
                    ? List.of(text)
                    : List.of(text, text.concat(" of a photo".repeat(bundle.context())));
        }

        private Embedding probe(String file, Supplier<Embedding> run) {
            try {
                return run.get();
            } catch (OnnxException | IllegalArgumentException e) {
                throw fault(file, "cannot be run: " + e.getMessage(), e);
            }
        }

        private BundleException fault(String file, String fault, Throwable cause) {
            return new BundleException(bundle.files().location(), file, fault, cause);
        }
    }
}
