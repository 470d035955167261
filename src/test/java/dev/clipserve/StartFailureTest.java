package dev.clipserve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What keeps the service from starting, beside its model: what, why and what to do, and no stack trace. */
@ExtendWith(OutputCaptureExtension.class)
class StartFailureTest {

    @TempDir
    private Path folder;

    private static void assertRefused(CapturedOutput output, Stream<String> arguments, String... words) {
        String[] all = Stream.concat(Stream.of("--clipserve.label-sets.folder="), arguments)
                .toArray(String[]::new);

        assertThatThrownBy(() -> SpringApplication.run(ClipServeApplication.class, all));

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains(words)
                .doesNotContain("\tat org.springframework");
    }

    @Test
    void start_portInUse_namesThePort(CapturedOutput output) throws IOException {
        try (var other = new ServerSocket(0)) {
            assertRefused(
                    output,
                    Stream.of("--server.port=" + other.getLocalPort()),
                    "Port " + other.getLocalPort() + " was already in use");
        }
    }

    /** The address is one of those that are for documents and belong to nobody (RFC 5737). */
    @Test
    void start_addressOfAnotherMachine_namesTheSetting(CapturedOutput output) {
        assertRefused(
                output,
                Stream.of("--server.port=0", "--server.address=192.0.2.1"),
                "The service cannot listen at its address and port: Cannot assign requested address",
                "Let server.address be an address of this machine");
    }

    @Test
    void start_managementEndpointsAmongTheService_namesTheSetting(CapturedOutput output) {
        assertRefused(
                output,
                Stream.of("--server.port=0", "--management.endpoints.web.base-path=/"),
                "management.endpoints.web.base-path",
                "or set management.server.port");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--server.ssl.bundle=none | SSL bundle name 'none' cannot be found",
                "--server.ssl.certificate=a.pem --server.ssl.certificate-private-key=a.key | from file 'a.pem'",
                "--server.ssl.key-store=a.p12 --server.ssl.key-store-password=x | a.p12"
            })
    void start_certificateThatIsNotThere_namesWhatWasLookedFor(String arguments, String words, CapturedOutput output) {
        assertRefused(
                output,
                Stream.concat(Stream.of("--server.port=0"), Stream.of(arguments.split(" "))),
                "The service cannot be reached by https: ",
                words,
                "Mend what server.ssl.* names");
    }

    @Test
    void start_settingsThatAreNoYaml_namesThePlace(CapturedOutput output) throws IOException {
        Files.writeString(folder.resolve("application.yaml"), "server:\n  port: [\n");

        assertRefused(
                output,
                Stream.of("--spring.config.additional-location=" + folder.toUri()),
                "A file of settings is not valid YAML: while parsing a flow node",
                "line 3, column 1",
                "spring.config.additional-location");
    }

    @Test
    void start_collectorWithoutAUrl_namesTheSetting(CapturedOutput output) {
        assertRefused(
                output,
                Stream.of("--server.port=0", "--management.opentelemetry.tracing.export.otlp.endpoint=::none"),
                "Traces cannot be sent: Invalid endpoint, must be a URL: ::none",
                "Let management.opentelemetry.tracing.export.otlp.endpoint be a URL");
    }

    @ParameterizedTest
    @CsvSource({"--server.port=http, server.port", "--clipserve.image.max-size=big, clipserve.image.max-size"})
    void start_valueOfAnotherKind_namesTheSetting(String argument, String setting, CapturedOutput output) {
        assertRefused(output, Stream.of(argument), setting);
    }

    @Test
    void nativeLibraryThatCannotBeLoaded_isToldFromOtherFailures() {
        var mounted = new UnsatisfiedLinkError("/tmp/libonnxruntime.so: failed to map segment from shared object");

        FailureAnalysis analysis = Objects.requireNonNull(
                new StartFailureAnalyzer().analyze(new BeanCreationException("models", mounted)));

        assertThat(analysis.getDescription()).contains("failed to map segment");
        assertThat(analysis.getAction()).contains("-Djava.io.tmpdir=FOLDER");
    }

    /** Mistakes of ours keep their stack trace. */
    @Test
    void otherFailures_haveNoAnalysis() {
        var ours = new BeanCreationException("models", new IllegalStateException("Unable to create a thing"));
        var argument = new IllegalArgumentException("no");

        assertThat(new StartFailureAnalyzer().analyze(ours)).isNull();
        assertThat(new TlsFailureAnalyzer().analyze(ours)).isNull();
        assertThat(new ListenFailureAnalyzer().analyze(ours)).isNull();
        assertThat(new TracingFailureAnalyzer().analyze(argument)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0, localhost", "127.0.0.1, localhost", "::1, localhost", "192.0.2.1, 192.0.2.1"})
    void startLine_address_isWhatABrowserTakes(String address, String host) throws IOException {
        assertThat(StartLine.host(InetAddress.getByName(address))).isEqualTo(host);
    }

    @Test
    void startLine_addressOfIpv6_isInBrackets() throws IOException {
        assertThat(StartLine.host(InetAddress.getByName("2001:db8::1"))).isEqualTo("[2001:db8:0:0:0:0:0:1]");
        assertThat(StartLine.host(null)).isEqualTo("localhost");
    }
}
