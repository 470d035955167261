package dev.clipserve.api;

import dev.clipserve.batching.Deadline;
import dev.clipserve.fetch.FetchException;
import dev.clipserve.fetch.FetchedImage;
import dev.clipserve.fetch.ImageFetcher;
import java.time.Duration;
import java.util.Optional;

/** Images behind URLs, where the service may fetch them; what goes wrong is a problem of the image. */
public final class ImageUrls {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Optional<ImageFetcher> fetcher;

    /**
     * Images behind URLs.
     *
     * @param fetcher what fetches them; none where no URL is allowed
     */
    public ImageUrls(Optional<ImageFetcher> fetcher) {
        this.fetcher = fetcher;
    }

    /**
     * The bytes behind a URL; they are to be closed.
     *
     * @throws ProblemException if they cannot be had
     */
    FetchedImage fetch(ImageSource.Link link, Deadline deadline) {
        try {
            return fetcher.orElseThrow(ImageUrls::off).fetch(link.url(), deadline);
        } catch (FetchException e) {
            throw problem(e);
        }
    }

    private static ProblemException off() {
        return new ProblemException(
                ProblemType.URL_NOT_ALLOWED,
                "This service does not fetch images from URLs; send the bytes as base64, as a data URI or in another body form.");
    }

    private static ProblemException problem(FetchException e) {
        String detail = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case NOT_ALLOWED -> new ProblemException(ProblemType.URL_NOT_ALLOWED, detail, e);
            case FAILED -> new ProblemException(ProblemType.URL_FETCH_FAILED, detail, e);
            case TOO_LARGE -> new ProblemException(ProblemType.IMAGE_TOO_LARGE, detail, e);
            case BUSY -> ProblemException.retryAfter(ProblemType.OVERLOADED, detail, RETRY_AFTER);
            case LATE -> new ProblemException(ProblemType.DEADLINE_EXCEEDED, detail, e);
        };
    }
}
