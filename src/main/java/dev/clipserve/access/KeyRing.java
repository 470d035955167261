package dev.clipserve.access;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of the settings, and those of a file, which is read again when it changes. A file that is broken or gone
 * leaves the keys as they were.
 */
public final class KeyRing implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KeyRing.class);

    private final List<AccessKey> configured;
    private final @Nullable ScheduledExecutorService watch;

    private volatile AccessKeys keys;

    /** The content that was last taken or refused, or why there was none. Only the watch touches it after the start. */
    private String seen = "";

    private KeyRing(List<AccessKey> configured, @Nullable ScheduledExecutorService watch) {
        this.configured = List.copyOf(configured);
        this.watch = watch;
        this.keys = new AccessKeys(configured);
    }

    /**
     * Keys that stay as they are; without any the service is open to all.
     *
     * @throws InvalidKeysException if two of them have the same name, or are the same
     */
    public static KeyRing of(List<AccessKey> configured) {
        return new KeyRing(configured, null);
    }

    /**
     * Keys of which some are in a file.
     *
     * @param refresh how often the file is looked at; its content decides, not its time of change, which may stay
     * @throws InvalidKeysException if the file cannot be read, or is not as it should be
     */
    public static KeyRing watching(List<AccessKey> configured, Path path, Duration refresh) {
        var file = new KeyFile(path);
        String content = file.read();
        List<AccessKey> first = file.parse(content);
        var watch = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("key-file").daemon().factory());
        var ring = new KeyRing(configured, watch);
        try {
            ring.replace(first);
        } catch (InvalidKeysException e) {
            watch.shutdownNow();
            throw e.at(path.toString());
        }
        ring.seen = content;
        var _ = watch.scheduleWithFixedDelay(
                () -> ring.refresh(file), refresh.toNanos(), refresh.toNanos(), TimeUnit.NANOSECONDS);
        return ring;
    }

    private void replace(List<AccessKey> ofFile) {
        keys = new AccessKeys(
                Stream.concat(configured.stream(), ofFile.stream()).toList());
    }

    /** Takes what is new. Each fault is told once, and nothing is thrown, since that would end the watch. */
    private void refresh(KeyFile file) {
        String before = seen;
        try {
            seen = file.read();
            if (!seen.equals(before)) {
                replace(file.parse(seen));
                log.info("The file of keys changed; now there are {}", size());
            }
        } catch (InvalidKeysException e) {
            String fault = String.valueOf(e.getMessage());
            seen = seen.equals(before) ? fault : seen;
            if (!seen.equals(before)) {
                log.error("The keys stay as they were: {}", fault);
            }
        } catch (RuntimeException e) {
            log.error("The keys stay as they were", e);
        }
    }

    /** Whether no key is asked for. A file without keys lets nobody in. */
    public boolean isOpen() {
        return watch == null && configured.isEmpty();
    }

    /** How many keys there are. */
    public int size() {
        return keys.size();
    }

    Optional<AccessKey> find(String shown) {
        return keys.find(shown);
    }

    /** Looks at the file no more; the keys stay. */
    @Override
    public void close() {
        if (watch != null) {
            watch.shutdownNow();
        }
    }
}
