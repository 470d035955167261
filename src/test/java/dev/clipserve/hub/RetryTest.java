package dev.clipserve.hub;

import static dev.clipserve.hub.HubFixture.LIMITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.hub.HubException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which faults of a safe connection are the end, and which may be others the next time. */
class RetryTest {

    private final List<Duration> pauses = new ArrayList<>();
    private final Retry retry =
            new Retry("The hub does not give a file", new Patience(LIMITS, pauses::add, Progress.SILENT));

    private static SSLException handshake(String message, Throwable cause) {
        var fault = new SSLHandshakeException(message);
        fault.initCause(cause);
        return fault;
    }

    private static SSLException cut() {
        return handshake("Remote host terminated the handshake", new EOFException("SSL peer shut down incorrectly"));
    }

    @Test
    void after_handshakeThatWasCut_isTriedAgain() throws InterruptedException {
        retry.after(cut(), false);

        assertThat(pauses).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void after_handshakesThatAreAlwaysCut_isTheEndAfterAllAttempts() throws InterruptedException {
        for (int i = 1; i < LIMITS.attempts(); i++) {
            retry.after(cut(), false);
        }

        assertThatThrownBy(() -> retry.after(cut(), false)).isInstanceOfSatisfying(HubException.class, end -> {
            assertThat(end.reason()).isEqualTo(Reason.AWAY);
            assertThat(end).hasMessageContaining("the connection broke, Remote host terminated the handshake");
            assertThat(end.remedy()).startsWith("Try again later");
        });
    }

    static Stream<SSLException> untrusted() {
        return Stream.of(
                handshake("PKIX path building failed", new CertificateException("no path to an authority")),
                handshake("Broken", new IOException(new CertPathValidatorException("it was revoked"))),
                new SSLPeerUnverifiedException("Certificate for <hub> doesn't match"));
    }

    @ParameterizedTest
    @MethodSource("untrusted")
    void after_certificateThatIsNotTrusted_isTheEndAtOnce(SSLException fault) {
        assertThatThrownBy(() -> retry.after(fault, true)).isInstanceOfSatisfying(HubException.class, end -> {
            assertThat(end.reason()).isEqualTo(Reason.AWAY);
            assertThat(end).hasMessageContaining("the connection is not safe, " + fault.getMessage());
            assertThat(end.remedy()).contains("-Djavax.net.ssl.trustStore");
        });

        assertThat(pauses).isEmpty();
    }
}
