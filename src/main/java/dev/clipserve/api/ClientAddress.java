package dev.clipserve.api;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** Where a request comes from, as limits count it. */
final class ClientAddress {

    /** The bytes of an IPv6 address that name a network; the others its owner may choose. */
    private static final int NETWORK = 8;

    private ClientAddress() {}

    /**
     * The address itself; of IPv6 the network of 64 bits, since whoever has one address has all of these.
     *
     * @param remote as the servlet container tells it, which is what a proxy says where proxies are believed
     */
    static String of(String remote) {
        try {
            InetAddress address = InetAddress.ofLiteral(remote);
            return address instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK)) + "/64"
                    : address.getHostAddress();
        } catch (IllegalArgumentException e) {
            // From a header that a proxy did not write: all of these together are one caller.
            return "unknown";
        }
    }
}
