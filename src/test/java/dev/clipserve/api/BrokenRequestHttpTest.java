package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.clipserve.api.ServiceClient.Answer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;

/** Requests that break off, or break HTTP itself: a problem all the same, and no error of ours in the log. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ExtendWith(OutputCaptureExtension.class)
class BrokenRequestHttpTest {

    private static final String POST = "POST /classify?labels=a,b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    private static final String TYPED = "POST /classify HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ";
    private static final String JSON = TYPED + "application/json\r\n";
    private static final String FORM = TYPED + "multipart/form-data; boundary=B\r\n";

    private final Contract contract = new Contract();

    @LocalServerPort
    private int port;

    @Autowired
    private MeterRegistry registry;

    @AfterEach
    void stillAnswers(CapturedOutput output) {
        assertThat(new ServiceClient(port)
                        .raw(ServiceClient.FLOWER, "labels=sunflower,whale")
                        .probability("sunflower"))
                .isGreaterThan(0.9);
        assertThat(output).doesNotContain("ERROR");
    }

    private void assertProblem(String method, String path, String request, ProblemType type, int status) {
        Answer answer = new RawExchange(port).send(request);
        String contentType = answer.headers().firstValue("content-type").orElse("");

        contract.check(method, path, answer.status(), contentType, answer.body());
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(contentType).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        assertThat(answer.problem()).isEqualTo(type.slug());
        assertThat(answer.json().path("status").asInt()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n5\r\nabc",
                POST + "Content-Length: 1000\r\n\r\nabc",
                JSON + "Content-Length: 1000\r\n\r\n{\"labels\"",
                FORM + "Content-Length: 1000\r\n\r\n--B\r\n",
                FORM + "Content-Length: 1000\r\n\r\n--B\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\nabc",
            })
    void body_thatBreaksOff_isAnInvalidRequest(String request) {
        assertProblem("POST", "/classify", request, ProblemType.INVALID_REQUEST, 400);
    }

    @ParameterizedTest
    @CsvSource({
        "'Content-Length: 9\r\nContent-Length: 8', 400",
        "Content-Length: -9, 400",
        "Content-Length: many, 400",
        "Transfer-Encoding: none-such, 501",
    })
    void header_thatCannotBe_isAnInvalidRequest(String header, int status) {
        // Not of /classify: the container refuses them whatever the path is.
        String request = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + header + "\r\n\r\n";
        assertProblem("POST", "/", request, ProblemType.INVALID_REQUEST, status);
    }

    @ParameterizedTest
    @CsvSource({
        "GET /problems HTTP/1.1, 'Connection: close', invalid-request, 400",
        "GET /problems HTTP/3.0, 'Host: x', invalid-request, 505",
        "GET /a%5cb HTTP/1.1, 'Host: x', invalid-request, 400",
        "GET /a%2fb HTTP/1.1, 'Host: x', not-found, 404",
        "TRACE /classify HTTP/1.1, 'Host: x', method-not-allowed, 405",
        "GET /error HTTP/1.1, 'Host: x', not-found, 404",
        "GET /classify/ HTTP/1.1, 'Host: x', not-found, 404",
        "GET /actuator/none HTTP/1.1, 'Host: x', not-found, 404",
        "POST /actuator/health HTTP/1.1, 'Host: x', method-not-allowed, 405",
    })
    void request_thatIsNotServed_isAProblem(String line, String header, String slug, int status) {
        Answer answer = new RawExchange(port).send(line + "\r\n" + header + "\r\nConnection: close\r\n\r\n");

        contract.check(
                "NONE",
                "/none",
                answer.status(),
                answer.headers().firstValue("content-type").orElse(""),
                answer.body());
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.problem()).isEqualTo(slug);
    }

    @Test
    void request_theContainerRefuses_hasAnIdToo() {
        String line = "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";

        assertThat(new RawExchange(port)
                        .send(line + "X-Request-Id: mine-2\r\n\r\n")
                        .headers()
                        .firstValue("x-request-id"))
                .contains("mine-2");
        assertThat(new RawExchange(port).send(line + "\r\n").headers().firstValue("x-request-id"))
                .get()
                .asString()
                .hasSize(36);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                POST + "Content-Length: 100000\r\n\r\nabc",
                POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                JSON + "Content-Length: 100000\r\n\r\n{",
                FORM + "Content-Length: 100000\r\n\r\n--B\r\n",
            })
    void client_thatVanishes_isNoErrorOfOurs(String request) throws IOException {
        double before = requests();
        try (Socket socket = new Socket("localhost", port)) {
            // Gone with a reset, not a farewell: nothing can be written back.
            socket.setSoLinger(true, 0);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        }
        await().until(() -> requests() > before);
        // Whether it was logged as an error is looked at after each test.
    }

    @Test
    void client_thatLeavesDuringItsAnswer_isNoErrorOfOurs() throws IOException {
        String image = "{\"base64\":\"" + Base64.getEncoder().encodeToString(ServiceClient.FLOWER) + "\"}";
        String labels = IntStream.range(0, 1_000)
                .mapToObj(i -> "\"thing number " + i + "\"")
                .collect(Collectors.joining(","));
        // 64,000 predictions, some megabytes, of which the connection holds but a part.
        String body =
                "{\"images\":[" + String.join(",", Collections.nCopies(64, image)) + "],\"labels\":[" + labels + "]}";
        double before = requests();
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4_096);
            socket.connect(new InetSocketAddress("localhost", port));
            socket.setSoLinger(true, 0);
            socket.getOutputStream()
                    .write((JSON + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.ISO_8859_1));
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1))
                    .isEqualTo("HTTP/1.1 200");
        }
        await().until(() -> requests() > before);
        // Whether it was logged as an error is looked at after each test.
    }

    private double requests() {
        return registry.find("http.server.requests").timers().stream()
                .filter(timer -> Objects.equals(timer.getId().getTag("method"), "POST"))
                .mapToDouble(Timer::count)
                .sum();
    }

    @Test
    void body_tooLargeByItsLength_isNotAskedFor() {
        Answer answer =
                new RawExchange(port).send(POST + "Content-Length: 99999999999\r\nExpect: 100-continue\r\n\r\n");

        // Else the first answer would be 100 Continue.
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.problem()).isEqualTo(ProblemType.BODY_TOO_LARGE.slug());
    }

    @Test
    void head_ofAGet_hasItsHeadersAndNoBody() {
        Answer answer = new RawExchange(port).send("HEAD /problems HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void head_ofClassify_isNotAllowed() {
        Answer answer = new RawExchange(port).send("HEAD /classify HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).contains("POST");
    }

    @Test
    void options_ofClassify_namesItsMethods() {
        Answer answer =
                new RawExchange(port).send("OPTIONS /classify HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().firstValue("allow")).contains("POST,OPTIONS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json;charset=utf-16", "application/json;charset=none", "no type"})
    void accept_thatCannotBeMet_isNotAcceptable(String accept) {
        String request = POST + "Accept: " + accept + "\r\nContent-Length: " + ServiceClient.FLOWER.length + "\r\n\r\n"
                + new String(ServiceClient.FLOWER, StandardCharsets.ISO_8859_1);

        assertProblem("POST", "/classify", request, ProblemType.NOT_ACCEPTABLE, 406);
    }
}
