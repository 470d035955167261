package dev.clipserve.api;

import dev.clipserve.clip.ModelBundle;
import dev.clipserve.zeroshot.Models;
import dev.clipserve.zeroshot.ZeroShotModel;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;

/** Asks the canaries: when everything else is up, and from then on again and again, more often while one is wrong. */
public final class CanaryWatch implements ApplicationRunner, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CanaryWatch.class);

    private final CanaryHealth health;
    private final Models models;
    private final Duration interval;
    private final Duration retry;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("canary-watch").factory());

    /**
     * A watch that has not begun.
     *
     * @param interval how long to wait after answers that were right; zero to ask no more
     * @param retry how long to wait after one that was wrong
     */
    public CanaryWatch(CanaryHealth health, Models models, Duration interval, Duration retry) {
        this.health = health;
        this.models = models;
        this.interval = interval;
        this.retry = retry;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        boolean right = health.ask();
        if (right) {
            models.all().forEach(CanaryWatch::tellReady);
        }
        next(right);
    }

    private void next(boolean right) {
        Duration pause = right ? interval : retry;
        if (pause.isPositive() && !thread.isShutdown()) {
            var _ = thread.schedule(this::again, pause.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void again() {
        boolean right = false;
        try {
            right = health.ask();
        } finally {
            next(right);
        }
    }

    /** What an operator wants to know of a start, in one line. */
    private static void tellReady(ZeroShotModel model) {
        ModelBundle bundle = model.clip().bundle();
        if (bundle.canary().isEmpty()) {
            log.warn("Model {} has no canary; it is trusted to compute the right thing", model.name());
        }
        log.info(
                "Model {} is ready after {} s: {} on {}, images of {} x {} pixels, dimension {}, digest {}",
                model.name(),
                String.format(
                        Locale.ROOT,
                        "%.1f",
                        ManagementFactory.getRuntimeMXBean().getUptime() / 1e3),
                bundle.precision().label(),
                model.clip().provider(),
                bundle.preprocessing().outputWidth(),
                bundle.preprocessing().outputHeight(),
                model.clip().dimension(),
                model.digest());
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
