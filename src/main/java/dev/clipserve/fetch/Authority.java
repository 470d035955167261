package dev.clipserve.fetch;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a URL between {@code //} and the path, taken apart.
 *
 * @param host as it is spelled, IPv6 in its brackets
 */
record Authority(String host, Optional<Integer> port) {

    private static final int HIGHEST_PORT = 65_535;
    private static final Pattern FORM = Pattern.compile("(\\[[^\\[\\]]*\\]|[^\\[\\]:]+)(?::([0-9]{0,5}))?");

    /**
     * Takes it apart.
     *
     * @throws FetchException if it has credentials, or is none
     */
    static Authority of(String text) {
        if (text.indexOf('@') >= 0) {
            throw FetchException.notAllowed("The URL has credentials, which are not taken.");
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw FetchException.notAllowed("The URL has no valid host and port.");
        }
        String digits = form.group(2) == null ? "" : form.group(2);
        return new Authority(form.group(1), digits.isEmpty() ? Optional.empty() : Optional.of(port(digits)));
    }

    private static int port(String digits) {
        int port = Integer.parseInt(digits);
        if (port < 1 || port > HIGHEST_PORT) {
            throw FetchException.notAllowed("The URL's port is not between 1 and " + HIGHEST_PORT + ".");
        }
        return port;
    }
}
