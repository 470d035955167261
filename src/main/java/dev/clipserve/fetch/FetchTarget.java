package dev.clipserve.fetch;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
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
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

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
        return ascii(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
    }

    /** Escapes what is not ASCII; {@link URI#toASCIIString} composes accents first, which makes another path of it. */
    private static String ascii(String text) {
        StringBuilder ascii = new StringBuilder(text.length());
        for (byte next : utf8(text)) {
            if (next < 0) {
                ascii.append('%').append(HEX.toHexDigits(next));
            } else {
                ascii.append((char) next);
            }
        }
        return ascii.toString();
    }

    private static byte[] utf8(String text) {
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[utf8.remaining()];
            utf8.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw FetchException.notAllowed("The URL is not valid Unicode: it has half of a surrogate pair.");
        }
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
            return redirect(new URI(location));
        } catch (URISyntaxException e) {
            throw FetchException.failed("The URL redirects to something that is not a URL.");
        }
    }

    /** As RFC 3986 has it: what names no path keeps this one. To {@link URI#resolve} it is the folder. */
    private FetchTarget redirect(URI location) {
        if (location.getScheme() != null
                || location.getRawAuthority() != null
                || !location.getRawPath().isEmpty()) {
            return of(URI.create(origin() + path).resolve(location));
        }
        if (location.getRawQuery() == null) {
            return this;
        }
        String withoutQuery = path.split("\\?", 2)[0];
        return new FetchTarget(secure, host, port, withoutQuery + "?" + ascii(location.getRawQuery()));
    }

    String scheme() {
        return secure ? "https" : "http";
    }

    int defaultPort() {
        return secure ? HTTPS : HTTP;
    }

    /** Scheme, host and port: what of the URL may be in a log; the rest may be secret. */
    String origin() {
        return scheme() + "://" + host.inUrl() + ":" + port;
    }
}
