package dev.clipserve.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.batching.Deadline;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SystemNamesTest {

    private final SystemNames names = new SystemNames(2);

    @Test
    void lookUp_localhost_isLoopback() throws UnknownHostException {
        assertThat(names.lookUp("localhost", Deadline.after(Duration.ofMinutes(1))))
                .isNotEmpty()
                .allMatch(InetAddress::isLoopbackAddress);
    }

    @Test
    void lookUp_nameThatCannotBe_isUnknown() {
        assertThatThrownBy(() -> names.lookUp("a..b", Deadline.after(Duration.ofMinutes(1))))
                .isInstanceOf(UnknownHostException.class);
    }

    @Test
    void lookUp_noTimeLeft_isUnknown() {
        assertThatThrownBy(() -> names.lookUp("nobody.invalid", Deadline.after(Duration.ZERO)))
                .isInstanceOf(UnknownHostException.class);
    }
}
