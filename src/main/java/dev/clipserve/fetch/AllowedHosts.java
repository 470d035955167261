package dev.clipserve.fetch;

import java.util.List;
import java.util.Optional;

/**
 * The hosts that images may come from. {@code images.example.com} is this host, {@code *.example.com} are those below
 * it, at any depth, and {@code *} is every host. Each may have a port, as {@code cdn.example.com:8443}; without one it
 * is the default port of the URL's scheme.
 */
public final class AllowedHosts {

    private final List<Entry> entries;

    private AllowedHosts(List<Entry> entries) {
        this.entries = entries;
    }

    /**
     * The hosts of a list.
     *
     * @throws IllegalArgumentException if it is empty, or an entry cannot be read
     */
    public static AllowedHosts of(List<String> entries) {
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("There are no allowed hosts");
        }
        return new AllowedHosts(entries.stream().map(Entry::of).toList());
    }

    boolean contain(FetchTarget target) {
        return entries.stream().anyMatch(entry -> entry.covers(target));
    }

    /** An entry; the port is empty for the default one. */
    private record Entry(Kind kind, String name, Optional<Integer> port) {

        private enum Kind {
            EXACT,
            BELOW,
            ALL
        }

        static Entry of(String text) {
            try {
                Authority authority = Authority.of(text.strip());
                Optional<Integer> port = authority.port();
                if (authority.host().equals("*")) {
                    return new Entry(Kind.ALL, "", port);
                }
                boolean below = authority.host().startsWith("*.");
                HostName host = HostName.of(authority.host().substring(below ? 2 : 0));
                if (below && host.literal().isPresent()) {
                    throw new IllegalArgumentException("Nothing is below an address: '" + text + "'");
                }
                return new Entry(below ? Kind.BELOW : Kind.EXACT, host.text(), port);
            } catch (FetchException e) {
                throw new IllegalArgumentException("'" + text + "' is not a host", e);
            }
        }

        boolean covers(FetchTarget target) {
            String host = target.host().text();
            boolean named = switch (kind) {
                case EXACT -> host.equals(name);
                case BELOW -> host.endsWith("." + name);
                case ALL -> true;
            };
            return named && target.port() == port.orElse(target.defaultPort());
        }
    }
}
