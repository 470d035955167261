package dev.clipserve.fetch;

import dev.clipserve.batching.Budget;
import dev.clipserve.batching.Deadline;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Goes from a URL to where its image is, each step as strictly checked as the first. */
final class Redirects {

    private static final Logger log = LoggerFactory.getLogger(Redirects.class);

    private final FetchSettings settings;
    private final Network network;
    private final PinnedRequest.Connections connections;
    private final Budget memory;

    Redirects(FetchSettings settings, Network network) {
        this.settings = settings;
        this.network = network;
        this.connections = PinnedRequest.Connections.of(settings, network);
        this.memory = new Budget(settings.memoryBytes());
    }

    /**
     * The image at the end of the redirects.
     *
     * @throws FetchException if there is none, or a step on the way is not allowed
     */
    FetchedImage follow(FetchTarget start, Deadline deadline) {
        FetchTarget target = start;
        for (int redirects = 0; ; redirects++) {
            settings.rules().check(target);
            try (var request = new PinnedRequest(target, addresses(target, deadline), connections, deadline)) {
                var answer = new Answer(request.send());
                Optional<String> location = answer.location();
                if (location.isEmpty()) {
                    return answer.read(settings.maxBytes(), memory, deadline);
                }
                if (redirects == settings.rules().maxRedirects()) {
                    throw FetchException.failed("The URL redirects more often than " + redirects + " times.");
                }
                target = target.redirect(location.get());
            } catch (IOException e) {
                throw failure(e, deadline);
            }
        }
    }

    /** What may be connected to for this target; the answer is used as it is, and never asked for again. */
    private List<InetAddress> addresses(FetchTarget target, Deadline deadline) throws IOException {
        if (settings.proxy().isPresent()) {
            target.host().literal().ifPresent(this::check);
            return network.names().lookUp(settings.proxy().get().getHostString(), deadline);
        }
        List<InetAddress> addresses = target.host().literal().isPresent()
                ? List.of(target.host().literal().get())
                : lookUp(target.host().text(), deadline);
        addresses.forEach(this::check);
        return addresses;
    }

    private List<InetAddress> lookUp(String name, Deadline deadline) {
        try {
            return network.names().lookUp(name, deadline);
        } catch (UnknownHostException e) {
            throw FetchException.hostNotAllowed();
        }
    }

    private void check(InetAddress address) {
        if (!network.mayReach().test(address)) {
            log.debug("Not connected to: {}", address.getHostAddress());
            throw FetchException.hostNotAllowed();
        }
    }

    private FetchException failure(IOException e, Deadline deadline) {
        if (deadline.hasPassed()) {
            return FetchException.failed("The image could not be fetched within "
                    + settings.timeout().toMillis() + " ms.");
        }
        String message = switch (e) {
            case ConnectException _, ConnectTimeoutException _, NoRouteToHostException _, UnknownHostException _ ->
                notConnected(e);
            case SSLException _ ->
                "The URL's host has no valid certificate for its name, or speaks TLS in no way known.";
            default -> "The URL's host breaks off, or does not answer in the way of HTTP.";
        };
        return new FetchException(FetchException.Reason.FAILED, message, e);
    }

    /** Where there is a proxy, it is what is connected to, and its name is the one that is looked up here. */
    private String notConnected(IOException e) {
        if (settings.proxy().isEmpty()) {
            return "The URL's host does not take connections.";
        }
        InetSocketAddress proxy = settings.proxy().get();
        log.warn("No connection to the proxy {}:{}: {}", proxy.getHostString(), proxy.getPort(), e.getMessage());
        return "This service's own way to other hosts fails.";
    }
}
