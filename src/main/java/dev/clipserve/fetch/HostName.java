package dev.clipserve.fetch;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A host of a URL in the one spelling that is compared, looked up and connected to: lower case, international names in
 * ASCII, addresses as Java writes them.
 *
 * @param text a name, or an address; IPv6 without brackets
 * @param literal the address, where the host is one
 */
record HostName(String text, Optional<InetAddress> literal) {

    private static final int LONGEST = 253;
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");

    private static final String BYTE = "(0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])";
    private static final Pattern DOTTED = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");

    /** What ends in a number is an IPv4 address to some libraries, in one of its many spellings. */
    private static final Pattern ENDS_IN_A_NUMBER = Pattern.compile("(.*\\.)?([0-9]+|0x[0-9a-f]*)");

    private static final Pattern V6 = Pattern.compile("\\[[0-9A-Fa-f:.]+\\]");

    /**
     * A host as a URL spells it.
     *
     * @throws FetchException if it is none, or an address in an odd spelling
     */
    static HostName of(String spelled) {
        if (spelled.startsWith("[")) {
            return ofV6(spelled);
        }
        String name = ascii(spelled);
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        if (DOTTED.matcher(name).matches()) {
            return new HostName(name, Optional.of(InetAddress.ofLiteral(name)));
        }
        if (ENDS_IN_A_NUMBER.matcher(name).matches()) {
            throw FetchException.notAllowed("The URL's host is an address in a spelling that is not taken; write IPv4"
                    + " addresses as four decimal numbers.");
        }
        if (name.length() > LONGEST || !NAME.matcher(name).matches()) {
            throw FetchException.notAllowed("The URL's host is not a valid name.");
        }
        return new HostName(name, Optional.empty());
    }

    /** Of addresses that stand for an IPv4 address, Java makes that; a zone has no meaning to others and is refused. */
    private static HostName ofV6(String bracketed) {
        try {
            if (V6.matcher(bracketed).matches()) {
                InetAddress address = Inet6Address.ofLiteral(bracketed.substring(1, bracketed.length() - 1));
                return new HostName(address.getHostAddress(), Optional.of(address));
            }
        } catch (IllegalArgumentException e) {
            // As below: the digits do not make an address.
        }
        throw FetchException.notAllowed("The URL's host is not a valid IPv6 address; it may have no zone.");
    }

    private static String ascii(String name) {
        try {
            return IDN.toASCII(name).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw FetchException.notAllowed("The URL's host is not a valid name.");
        }
    }

    /** As it stands in a URL. */
    String inUrl() {
        return text.indexOf(':') < 0 ? text : "[" + text + "]";
    }
}
