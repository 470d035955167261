package dev.clipserve.fetch;

import java.net.InetAddress;

/** A range of addresses of one family, as {@code 10.0.0.0/8} or {@code 2001:db8::/32}. */
final class AddressRange {

    private final byte[] start;
    private final int prefix;

    private AddressRange(byte[] start, int prefix) {
        this.start = start;
        this.prefix = prefix;
    }

    static AddressRange of(String cidr) {
        int slash = cidr.indexOf('/');
        byte[] start = InetAddress.ofLiteral(cidr.substring(0, slash)).getAddress();
        return new AddressRange(start, Integer.parseInt(cidr.substring(slash + 1)));
    }

    boolean contains(byte[] address) {
        if (address.length != start.length) {
            return false;
        }
        int whole = prefix / Byte.SIZE;
        for (int i = 0; i < whole; i++) {
            if (address[i] != start[i]) {
                return false;
            }
        }
        int rest = prefix % Byte.SIZE;
        return rest == 0 || (address[whole] ^ start[whole]) >> (Byte.SIZE - rest) == 0;
    }
}
