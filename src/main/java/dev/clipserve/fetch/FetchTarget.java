package dev.clipserve.fetch;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * A URL taken apart, in one spelling, without its fragment; whether it may be fetched is another question.
 *
 * @param secure whether by https, otherwise by http
 * @param path where it is and what is asked, in ASCII: {@code /cats/1.jpg?size=large}
 */
record FetchTarget(boolean secure, HostName host, int port, String path) {

    /** Signed URLs of object stores have up to two thousand. */
    static final int LONGEST = 4_096;

    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    /**
     * Reads a URL.
     *
     * @throws FetchException if it is not an absolute http or https URL, or its host is spelled in an odd way
     */
    static FetchTarget of(String url) {
        if (url.length() > LONGEST) {
            throw FetchException.notAllowed(
                    "The URL has " + url.length() + " characters; at most " + LONGEST + " are allowed.");
        }
        try {
            return of(new URI(url));
        } catch (URISyntaxException e) {
            throw FetchException.notAllowed("The URL is not valid at character " + (e.getIndex() + 1) + ".");
        }
    }

    private static FetchTarget of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getRawAuthority() == null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw FetchException.notAllowed("The URL is not of the form https://host/path.");
        }
        boolean secure = scheme.equals("https");
        Authority authority = Authority.of(uri.getRawAuthority());
        int port = authority.port().orElse(secure ? HTTPS : HTTP);
        return new FetchTarget(secure, HostName.of(authority.host()), port, path(uri));
    }

    private static String path(URI uri) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String anyHost = "https://host";
        return URI.create(anyHost + path + query).toASCIIString().substring(anyHost.length());
    }

    /**
     * Where a redirect from here leads.
     *
     * @param location as the answer spells it, often relative
     * @throws FetchException if it is not an absolute http or https URL
     */
    FetchTarget redirect(String location) {
        if (location.length() > LONGEST) {
            throw FetchException.failed("The URL redirects to one that is too long.");
        }
        try {
            return of(URI.create(withoutQuery() + query()).resolve(new URI(location)));
        } catch (URISyntaxException e) {
            throw FetchException.failed("The URL redirects to something that is not a URL.");
        }
    }

    String scheme() {
        return secure ? "https" : "http";
    }

    int defaultPort() {
        return secure ? HTTPS : HTTP;
    }

    /** The URL up to the question mark. */
    String withoutQuery() {
        return origin() + path.substring(0, path.length() - query().length());
    }

    /** Scheme, host and port: what of the URL may be in a log; the rest may be secret. */
    String origin() {
        return scheme() + "://" + host.inUrl() + ":" + port;
    }

    private String query() {
        int mark = path.indexOf('?');
        return mark < 0 ? "" : path.substring(mark);
    }
}
