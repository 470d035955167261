package dev.clipserve.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressesTest {

    private static final PublicAddresses PUBLIC = new PublicAddresses();

    private static byte[] join(String prefix, byte[] rest) {
        byte[] bytes = InetAddress.ofLiteral(prefix).getAddress();
        System.arraycopy(rest, 0, bytes, bytes.length - rest.length, rest.length);
        return bytes;
    }

    private static boolean isPublic(byte[] bytes) throws UnknownHostException {
        return PUBLIC.test(InetAddress.getByAddress(bytes));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.255.255.255",
                "10.0.0.0",
                "10.255.255.255",
                "100.64.0.0",
                "100.100.100.200",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.254",
                "168.63.129.16",
                "169.254.0.0",
                "169.254.169.254",
                "169.254.170.2",
                "172.16.0.0",
                "172.31.255.255",
                "192.0.0.1",
                "192.0.0.192",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.0.0",
                "192.168.255.255",
                "198.18.0.0",
                "198.19.255.255",
                "198.51.100.7",
                "203.0.113.7",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::127.0.0.1",
                "::8.8.8.8",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::ffff:a9fe:a9fe",
                "::ffff:0:8.8.8.8",
                "64:ff9b::127.0.0.1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b::10.1.2.3",
                "64:ff9b:1::8.8.8.8",
                "64:ff9b::1:8.8.8.8",
                "100::1",
                "100:0:0:1::1",
                "2001::1",
                "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                "2001:2::1",
                "2001:10::1",
                "2001:20::1",
                "2001:1ff:ffff::1",
                "2001:db8::1",
                "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
                "2002:7f00:1::",
                "2002:808:808::1",
                "3fff::1",
                "3fff:fff:ffff::1",
                "4000::1",
                "5f00::1",
                "fc00::1",
                "fd00:ec2::254",
                "fd20:ce::254",
                "fdff:ffff::1",
                "fe80::1",
                "fe80::1%1",
                "febf::1",
                "fec0::1",
                "ff02::1",
                "ff0e::1"
            })
    void test_special_isRefused(String address) {
        assertThat(PUBLIC.test(InetAddress.ofLiteral(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "168.63.129.15",
                "168.63.129.17",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "191.255.255.255",
                "192.0.1.0",
                "192.0.3.0",
                "192.88.98.255",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "203.0.112.255",
                "203.0.114.0",
                "223.255.255.255",
                "::ffff:8.8.8.8",
                "64:ff9b::8.8.8.8",
                "2001:200::1",
                "2001:4860:4860::8888",
                "2001:db7::1",
                "2001:db9::1",
                "2003::1",
                "2606:4700:4700::1111",
                "2a00:1450:4001::1",
                "3ffe::1",
                "3fff:1000::1"
            })
    void test_public_isAllowed(String address) {
        assertThat(PUBLIC.test(InetAddress.ofLiteral(address))).isTrue();
    }

    /** In whatever way an IPv6 address stands for an IPv4 one, it is judged by that, or refused. */
    @Property
    void test_anyIpv4InIpv6_isNeverMoreAllowedThanAlone(@ForAll @Size(4) byte[] v4) throws UnknownHostException {
        boolean alone = isPublic(v4);

        assertThat(isPublic(join("64:ff9b::", v4))).isEqualTo(alone);
        assertThat(isPublic(mapped(v4))).isEqualTo(alone);
        assertThat(isPublic(join("::", v4))).isFalse();
        assertThat(isPublic(join("2001::", v4))).isFalse();
        assertThat(isPublic(join("64:ff9b:1::", v4))).isFalse();
        byte[] sixToFour = join("2002::", v4);
        System.arraycopy(v4, 0, sixToFour, 2, 4);
        assertThat(isPublic(sixToFour)).isFalse();
    }

    private static byte[] mapped(byte[] v4) {
        byte[] bytes = join("::", v4);
        bytes[10] = -1;
        bytes[11] = -1;
        return bytes;
    }

    /** What Java itself knows to be special is a part of what is refused. */
    @Property
    void test_anyIpv6_isAllowedOnlyWhereJavaSeesNothingSpecial(@ForAll @Size(16) byte[] v6)
            throws UnknownHostException {
        var address = InetAddress.getByAddress(v6);
        boolean special = address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress();

        assertThat(PUBLIC.test(address) && special).isFalse();
    }

    /** The bits are compared as numbers here, another way than by bytes. */
    @Property
    void contains_anyAddressAndPrefix_comparesTheFirstBits(
            @ForAll @Size(16) byte[] start, @ForAll @Size(16) byte[] address, @ForAll byte bits)
            throws UnknownHostException {
        int prefix = Math.floorMod(bits, 129);
        byte[] mixed = Arrays.copyOf(start, 16);
        System.arraycopy(address, prefix / 8, mixed, prefix / 8, 16 - prefix / 8);
        String text = InetAddress.getByAddress(null, start).getHostAddress();
        if (text.indexOf(':') < 0) {
            return;
        }
        BigInteger difference = new BigInteger(1, start).xor(new BigInteger(1, mixed));

        assertThat(AddressRange.of(text + "/" + prefix).contains(mixed))
                .isEqualTo(difference.shiftRight(128 - prefix).signum() == 0);
    }
}
