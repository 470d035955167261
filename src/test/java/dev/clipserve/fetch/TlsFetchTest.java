package dev.clipserve.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.clipserve.batching.Deadline;
import dev.clipserve.fetch.FetchException.Reason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Encrypted connections: to a checked address, with a certificate for the name. */
@Timeout(120)
class TlsFetchTest {

    private static final String PASSWORD = "changeit";
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final byte[] BODY = "some bytes".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private static Path folder;

    /** For a.example; the only one that is trusted. */
    private static KeyStore trusted;

    /** For a.example, too, from somebody else. */
    private static KeyStore forged;

    @BeforeAll
    static void makeCertificates() throws Exception {
        trusted = certificate("trusted");
        forged = certificate("forged");
    }

    private static KeyStore certificate(String name) throws Exception {
        Path file = folder.resolve(name + ".p12");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:a.example,dns:also.example",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD);
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).as(output).isZero();
        return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    }

    private static SSLContext client() throws GeneralSecurityException, IOException {
        var known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        known.setCertificateEntry("trusted", trusted.getCertificate("trusted"));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(known);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static HostileServer serve(KeyStore certificate) throws GeneralSecurityException, IOException {
        return serve(certificate, (head, out) -> HostileServer.image(out, BODY));
    }

    private static HostileServer serve(KeyStore certificate, HostileServer.Script script)
            throws GeneralSecurityException, IOException {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(certificate, PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        var socket = (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
        socket.bind(new InetSocketAddress(Loopback.OUTER, 0));
        return new HostileServer(socket, script);
    }

    private static ImageFetcher fetcher(HostileServer server) throws GeneralSecurityException, IOException {
        var internet = new Loopback().knows("a.example").knows("also.example").knows("b.example");
        var settings = Loopback.settings(false, LONG, 4, "*:" + server.port());
        return internet.fetcher(settings, new SimpleMeterRegistry(), client());
    }

    @ParameterizedTest
    @CsvSource({"a.example", "A.Example.", "also.example"})
    void fetch_certificateOfTheName_isTaken(String host) throws Exception {
        try (HostileServer server = serve(trusted);
                FetchedImage image =
                        fetcher(server).fetch("https://" + host + ":" + server.port() + "/", Deadline.after(LONG))) {
            assertThat(image.bytes()).isEqualTo(BODY);
        }
    }

    @ParameterizedTest
    @CsvSource({"trusted, b.example", "trusted, 127.0.0.1", "forged, a.example"})
    void fetch_certificateThatIsWrong_failsBeforeAnythingIsAsked(String certificate, String host) throws Exception {
        KeyStore store = certificate.equals("trusted") ? trusted : forged;
        try (HostileServer server = serve(store)) {
            ImageFetcher fetcher = fetcher(server);

            var failure = catchThrowableOfType(
                    FetchException.class,
                    () -> fetcher.fetch("https://" + host + ":" + server.port() + "/", Deadline.after(LONG)));

            assertThat(failure.reason()).isEqualTo(Reason.FAILED);
            assertThat(failure).hasMessageContaining("no valid certificate");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void fetch_redirectToHttp_isRefused() throws Exception {
        try (HostileServer plain = HostileServer.of((head, out) -> HostileServer.image(out, BODY));
                HostileServer server =
                        serve(trusted, HostileServer.redirect("http://a.example:" + plain.port() + "/"))) {
            ImageFetcher fetcher = fetcher(server);

            var failure = catchThrowableOfType(
                    FetchException.class,
                    () -> fetcher.fetch("https://a.example:" + server.port() + "/", Deadline.after(LONG)));

            assertThat(failure.reason()).isEqualTo(Reason.NOT_ALLOWED);
            assertThat(plain.connections()).isZero();
        }
    }
}
