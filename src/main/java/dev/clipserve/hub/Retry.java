package dev.clipserve.hub;

import dev.clipserve.hub.HubException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.jspecify.annotations.Nullable;

/** Tries again after a while, twice as long each time, or as long as the hub asks for; but not for ever. */
final class Retry {

    private static final Duration FIRST = Duration.ofSeconds(1);

    private final String what;
    private final Patience patience;
    private int failures;

    /**
     * Tries that are still to be made.
     *
     * @param what is tried, as in "The hub does not give …"
     */
    Retry(String what, Patience patience) {
        this.what = what;
        this.patience = patience;
    }

    /** What is tried. */
    @FunctionalInterface
    interface Attempt<T> {
        T make() throws IOException;
    }

    /** Tries until it works. */
    static <T> T until(String what, Patience patience, Attempt<T> attempt) throws InterruptedException {
        var retry = new Retry(what, patience);
        while (true) {
            try {
                return attempt.make();
            } catch (IOException e) {
                retry.after(e, false);
            }
        }
    }

    /**
     * Waits until the next try is due.
     *
     * @param progress whether the try brought something
     * @throws HubException if there is to be no other
     */
    void after(IOException fault, boolean progress) throws InterruptedException {
        // Others were given up, and this one with them; or a read of a channel says so in its own way.
        boolean interrupted = fault instanceof InterruptedIOException && !(fault instanceof SocketTimeoutException);
        if (interrupted || Thread.interrupted()) {
            throw new InterruptedException();
        }
        failures = progress ? 1 : failures + 1;
        if (isUntrusted(fault) || failures >= patience.limits().attempts()) {
            throw away(fault, words(fault));
        }
        Optional<Duration> asked =
                fault instanceof TemporaryFault temporary ? temporary.retryAfter() : Optional.empty();
        Duration wait = asked.orElse(FIRST.multipliedBy(1L << (failures - 1)));
        if (wait.compareTo(patience.limits().patience()) > 0) {
            throw away(fault, words(fault) + ", and asks to be left alone for " + wait.toSeconds() + " seconds");
        }
        patience.progress().note(what + ": " + words(fault) + "; trying again in " + wait.toSeconds() + " s.");
        patience.pauses().pause(wait);
    }

    /** Whether the other end is not who it should be: another try would find the same. */
    private static boolean isUntrusted(IOException fault) {
        for (@Nullable Throwable cause = fault; cause != null; cause = cause.getCause()) {
            // Certificates that do not hold, and ways from them to an authority.
            if (cause instanceof SSLPeerUnverifiedException || cause instanceof GeneralSecurityException) {
                return true;
            }
        }
        return false;
    }

    private HubException away(IOException fault, String why) {
        return new HubException(
                Reason.AWAY,
                what + ": " + why + ".",
                isUntrusted(fault)
                        ? "See that HF_ENDPOINT names the hub; where a proxy has certificates of its own, give Java its"
                                + " authority by -Djavax.net.ssl.trustStore."
                        : "Try again later: what came is kept, and goes on from there. See that this machine reaches the"
                                + " hub, by HTTPS_PROXY if there is one; another hub is named by HF_ENDPOINT.",
                fault);
    }

    private static String words(IOException fault) {
        return switch (fault) {
            case TemporaryFault temporary -> String.valueOf(temporary.getMessage());
            case UnknownHostException unknown -> "no address of " + unknown.getMessage() + " is known";
            case ConnectTimeoutException late -> "no connection in time";
            case SocketTimeoutException late -> "it sent nothing for too long";
            case NoRouteToHostException none -> "there is no way to it";
            case ConnectException refused -> "it takes no connection";
            case IOException untrusted
            when isUntrusted(untrusted) -> "the connection is not safe, " + untrusted.getMessage();
            default -> "the connection broke, " + fault.getMessage();
        };
    }
}
