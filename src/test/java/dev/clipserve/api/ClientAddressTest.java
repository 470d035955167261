package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "::ffff:192.0.2.1, 192.0.2.1",
        "2001:db8:1:2:3:4:5:6, 20010db800010002/64",
        "2001:db8:1:2::, 20010db800010002/64",
        "2001:db8:1:3::, 20010db800010003/64",
        "key web, unknown",
        "example.org, unknown",
        "'', unknown"
    })
    void of_address_isTheAddressOrItsNetwork(String remote, String counted) {
        assertThat(ClientAddress.of(remote)).isEqualTo(counted);
    }
}
