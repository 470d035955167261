package dev.clipserve.fetch;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Whether an address is a public one: unicast, and handed out to somebody on the internet. From IANA's registries of
 * special-purpose addresses; of IPv6, only what is handed out at all (2000::/3) is looked at.
 */
final class PublicAddresses implements Predicate<InetAddress> {

    private static final List<AddressRange> SPECIAL_V4 = ranges(
            "0.0.0.0/8", // this network
            "10.0.0.0/8", // private
            "100.64.0.0/10", // shared by the customers of a provider; a cloud's metadata at 100.100.100.200
            "127.0.0.0/8", // loopback
            "168.63.129.16/32", // a cloud's metadata
            "169.254.0.0/16", // link-local; the metadata of most clouds at 169.254.169.254
            "172.16.0.0/12", // private
            "192.0.0.0/24", // protocol assignments; a cloud's metadata at 192.0.0.192
            "192.0.2.0/24", // documentation
            "192.88.99.0/24", // 6to4 relays
            "192.168.0.0/16", // private
            "198.18.0.0/15", // benchmarks
            "198.51.100.0/24", // documentation
            "203.0.113.0/24", // documentation
            "224.0.0.0/4", // multicast
            "240.0.0.0/4"); // reserved; broadcast

    private static final AddressRange UNICAST_V6 = AddressRange.of("2000::/3");

    private static final List<AddressRange> SPECIAL_V6 = ranges(
            "2001::/23", // protocol assignments: Teredo, benchmarks, ORCHID
            "2001:db8::/32", // documentation
            "2002::/16", // 6to4: an IPv4 address within
            "3fff::/20"); // documentation

    /** NAT64: where there is no IPv4, public names have such addresses; the last four bytes are the IPv4 address. */
    private static final AddressRange TRANSLATED = AddressRange.of("64:ff9b::/96");

    private static List<AddressRange> ranges(String... cidrs) {
        return Stream.of(cidrs).map(AddressRange::of).toList();
    }

    /** An address that stands for an IPv4 address, as {@code ::ffff:127.0.0.1}, is one to Java already. */
    @Override
    public boolean test(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return isPublicV4(bytes);
        }
        if (TRANSLATED.contains(bytes)) {
            return isPublicV4(Arrays.copyOfRange(bytes, bytes.length - 4, bytes.length));
        }
        return UNICAST_V6.contains(bytes) && SPECIAL_V6.stream().noneMatch(range -> range.contains(bytes));
    }

    private static boolean isPublicV4(byte[] bytes) {
        return SPECIAL_V4.stream().noneMatch(range -> range.contains(bytes));
    }
}
