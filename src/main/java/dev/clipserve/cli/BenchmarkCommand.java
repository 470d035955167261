package dev.clipserve.cli;

import dev.clipserve.cli.benchmark.Load;
import dev.clipserve.cli.benchmark.Measurement;
import dev.clipserve.cli.benchmark.Report;
import dev.clipserve.cli.benchmark.Target;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks a service as often as it can, or as often as wanted, and says how long the answers took. */
@Command(
        name = "benchmark",
        description = "Measure a service: closed loop by --concurrency, open loop by --rate.",
        mixinStandardHelpOptions = true)
final class BenchmarkCommand implements Callable<Integer> {

    /** The environment variable with the API key; an option would show it to whoever lists processes. */
    static final String KEY = "CLIPSERVE_API_KEY";

    /** Images are held in memory; their files may take so many bytes together. */
    private static final long MAX_BYTES = 256L << 20;

    private static final String CANARY = "/models/mini-clip/canary.png";

    @Parameters(paramLabel = "URL", description = "The service, such as http://localhost:8080.")
    private URI url = URI.create("");

    @Option(
            names = {"-c", "--concurrency"},
            paramLabel = "NUMBER",
            description = "Closed loop: so many callers, each of whom waits for its answer (default: 4).")
    private @Nullable Integer concurrency;

    @Option(
            names = "--rate",
            paramLabel = "NUMBER",
            description = "Open loop: so many requests a second, timed from when each was due.")
    private @Nullable Double rate;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long is measured (default: 10s).")
    private Duration duration = Duration.ofSeconds(10);

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long is asked before that (default: 2s).")
    private Duration warmUp = Duration.ofSeconds(2);

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long an answer may take (default: 30s).")
    private Duration timeout = Duration.ofSeconds(30);

    @Option(
            names = "--images",
            paramLabel = "FOLDER",
            description = "Images to send in turn (default: one that ships).")
    private @Nullable String images;

    @Option(
            names = {"-l", "--labels"},
            paramLabel = "LABEL,…",
            description = "Default: sunflower,motorcycle,whale.")
    private String labels = "sunflower,motorcycle,whale";

    @Option(
            names = "--repeat-images",
            description = "Send the same bytes again, which a service may remember; else each request's bytes are new.")
    private boolean repeat;

    @Option(names = "--json", description = "Write JSON.")
    private boolean json;

    private final Terminal terminal;
    private final Map<String, String> environment;

    BenchmarkCommand(Terminal terminal, Map<String, String> environment) {
        this.terminal = terminal;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        Load load = load();
        if (duration.isZero() || timeout.isZero()) {
            throw new UsageException("--duration and --timeout must be more than nothing.");
        }
        Optional<String> key = Optional.ofNullable(environment.get(KEY)).filter(text -> !text.isBlank());
        try (var target = new Target(uri(), key, timeout, pictures(), repeat)) {
            Measurement measurement = load.run(target, warmUp, duration);
            var report = new Report(uri().toString(), load, measurement);
            terminal.out().println(json ? report.json() : report.text().stripTrailing());
            return measurement.failed() == 0 && measurement.succeeded() > 0 ? ExitCode.OK : ExitCode.SOME_FAILED;
        }
    }

    private Load load() {
        if (concurrency != null && rate != null) {
            throw new UsageException(
                    "--concurrency is for a closed loop and --rate for an open one; give one of them.");
        }
        if (rate != null) {
            if (!(rate > 0 && rate <= 100_000)) {
                throw new UsageException("--rate is " + rate + "; it must be above 0, and at most 100000.");
            }
            return new Load.Open(rate);
        }
        int callers = concurrency == null ? 4 : concurrency;
        if (callers < 1 || callers > Load.MAX_OPEN) {
            throw new UsageException("--concurrency is " + callers + "; it must be from 1 to " + Load.MAX_OPEN + ".");
        }
        return new Load.Closed(callers);
    }

    /** The operation of the service, with the labels. */
    private URI uri() {
        if (url.getScheme() == null || !url.getScheme().matches("https?") || url.getHost() == null) {
            throw new UsageException("'" + url + "' is no URL of a service, such as http://localhost:8080.");
        }
        String base = url.toString().replaceFirst("/+$", "");
        String query = "labels=" + URLEncoder.encode(labels, StandardCharsets.UTF_8);
        return URI.create(base + (base.endsWith("/classify") ? "?" : "/classify?") + query);
    }

    private List<byte[]> pictures() throws IOException {
        if (images == null) {
            try (InputStream in = BenchmarkCommand.class.getResourceAsStream(CANARY)) {
                if (in == null) {
                    throw new IllegalStateException(CANARY + " is not on the class path");
                }
                return List.of(in.readAllBytes());
            }
        }
        List<String> paths = ImageArguments.expand(List.of(images), true);
        List<byte[]> pictures = new ArrayList<>();
        long bytes = 0;
        for (String path : paths) {
            bytes += Files.size(Path.of(path));
            if (bytes > MAX_BYTES) {
                throw new UsageException(
                        "The images in " + images + " take more than " + (MAX_BYTES >> 20) + " MB; name fewer.");
            }
            pictures.add(Files.readAllBytes(Path.of(path)));
        }
        return pictures;
    }
}
