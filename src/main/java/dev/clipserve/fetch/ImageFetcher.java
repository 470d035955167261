package dev.clipserve.fetch;

import dev.clipserve.batching.Budget;
import dev.clipserve.batching.Deadline;
import dev.clipserve.fetch.FetchException.Reason;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches images from URLs that are allowed, so many at a time and each in its time. What comes is not looked at: that
 * it is an image, the decoder will see.
 */
public final class ImageFetcher {

    private static final Logger log = LoggerFactory.getLogger(ImageFetcher.class);

    private final FetchSettings settings;
    private final Budget turns;
    private final Redirects redirects;
    private final FetchMeters meters;

    ImageFetcher(FetchSettings settings, Network network, MeterRegistry registry) {
        this.settings = settings;
        this.turns = new Budget(settings.concurrency());
        this.redirects = new Redirects(settings, network);
        this.meters = new FetchMeters(registry);
    }

    /** A fetcher from the internet. */
    public static ImageFetcher ofInternet(FetchSettings settings, MeterRegistry registry) {
        return new ImageFetcher(settings, Network.internet(settings.concurrency()), registry);
    }

    /**
     * The bytes behind a URL; they are to be closed.
     *
     * @param deadline until when they are of use
     * @throws FetchException if they cannot be had
     */
    public FetchedImage fetch(String url, Deadline deadline) {
        long start = System.nanoTime();
        try {
            FetchedImage image = fetchAllowed(url, deadline);
            meters.fetched(System.nanoTime() - start);
            return image;
        } catch (FetchException e) {
            meters.missed(e.reason(), System.nanoTime() - start);
            throw e;
        }
    }

    /** Refuses without a turn what needs none. */
    private FetchedImage fetchAllowed(String url, Deadline deadline) {
        FetchTarget target = FetchTarget.of(url);
        settings.rules().check(target);
        try (var _ = turns.take(1, earlier(deadline).remaining()).orElseThrow(ImageFetcher::busy)) {
            return redirects.follow(target, earlier(deadline));
        } catch (FetchException e) {
            log.debug("Not fetched from {}: {} ({})", target.origin(), e.getMessage(), kind(e.getCause()));
            throw deadline.hasPassed() ? late(e) : e;
        }
    }

    private static FetchException busy() {
        return new FetchException(Reason.BUSY, "Too many images are being fetched from other URLs.");
    }

    private Deadline earlier(Deadline deadline) {
        Deadline own = Deadline.after(settings.timeout());
        return own.remaining().compareTo(deadline.remaining()) < 0 ? own : deadline;
    }

    /** Messages of others may hold what a server sent. */
    private static String kind(@Nullable Throwable cause) {
        return cause == null ? "no cause" : cause.getClass().getSimpleName();
    }

    private static FetchException late(FetchException cause) {
        return new FetchException(
                Reason.LATE, "The image could not be fetched before the request's time was over.", cause);
    }
}
