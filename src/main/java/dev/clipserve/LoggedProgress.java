package dev.clipserve;

import dev.clipserve.hub.HubName;
import dev.clipserve.hub.Progress;
import dev.clipserve.hub.Sizes;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log how far a pull is, at each tenth of it. */
final class LoggedProgress implements Progress {

    private static final Logger log = LoggerFactory.getLogger(LoggedProgress.class);

    private final AtomicLong done = new AtomicLong();
    private final AtomicLong tenths = new AtomicLong();
    private volatile String model = "";
    private volatile long total;

    @Override
    public void start(HubName name, long bytes) {
        model = name.toString();
        total = bytes;
        done.set(0);
        tenths.set(0);
        log.info("Pulling {}, {}", model, Sizes.of(bytes));
    }

    @Override
    public void advance(long bytes) {
        long now = done.addAndGet(bytes);
        if (total > 0) {
            long reached = Math.min(10, 10 * now / total);
            if (reached > tenths.getAndAccumulate(reached, Math::max)) {
                log.info("Pulling {}: {} of {}, {} %", model, Sizes.of(now), Sizes.of(total), 10 * reached);
            }
        }
    }

    @Override
    public void note(String line) {
        log.warn("{}", line);
    }

    @Override
    public void end() {
        // Which model is ready, the next lines say.
    }
}
