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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loading of a {@link ClipModel}: each step closes what it opened when it fails. */
record ClipModelLoad(ModelBundle bundle, EngineSettings settings, MeterRegistry registry) {

    private static final Logger log = LoggerFactory.getLogger(ClipModelLoad.class);

    /**
     * Both encoders, checked and warmed up.
     *
     * @throws BundleException if they are not what the bundle says
     */
    ClipModel run() {
        ImageEncoder images = imageEncoder();
        try {
            TextEncoder texts = textEncoder();
            try {
                int dimension = commonDimension(images, texts);
                log.info(
                        "Model {} runs {} and {}",
                        bundle.name(),
                        bundle.graphs().vision(),
                        bundle.graphs().text());
                return new ClipModel(
                        bundle,
                        images,
                        texts,
                        dimension,
                        settings.images().provider().label());
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

    private ImageEncoder imageEncoder() {
        Tower tower = settings.images();
        return encoder(
                sessions("image", bundle.graphs().vision(), GraphContract.image(bundle), tower),
                sessions -> new ImageEncoder(sessions, blackPicture(), tower.policy(), registry));
    }

    private TextEncoder textEncoder() {
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
                .description("How often sessions of ONNX Runtime were opened anew because they did not work any more")
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
    private int commonDimension(ImageEncoder images, TextEncoder texts) {
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
