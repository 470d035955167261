package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.api.ServiceClient.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Where an answer comes from, and what it belongs to: in headers, and in the log. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "logging.level.dev.clipserve.api.ApiErrorHandler=debug")
@ExtendWith(OutputCaptureExtension.class)
class ProvenanceHttpTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @LocalServerPort
    private int port;

    private ServiceClient client;

    @BeforeEach
    void connect() {
        client = new ServiceClient(port);
    }

    private Answer post(String path, String... headers) {
        return client.send(
                client.request(path).headers(headers).POST(BodyPublishers.ofByteArray(ServiceClient.FLOWER)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/classify?labels=a,b", "/similarity?texts=a", "/embeddings?texts=a"})
    void answer_ofEachOperation_saysWhatComputedIt(String path) {
        Answer answer = post(path, "X-Request-Id", "mine");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("X-Request-Id")).hasValue("mine");
        assertThat(answer.headers().firstValue("X-Model-Digest").orElseThrow()).matches("[0-9a-f]{64}");
        assertThat(answer.headers().firstValue("X-Preprocessing-Version").orElseThrow())
                .matches("[0-9]+");
        assertThat(answer.headers().firstValue("Server-Timing").orElseThrow()).contains("text;dur=");
    }

    @Test
    void trace_ofTheCaller_isInTheAnswerAndInTheLog(CapturedOutput output) {
        Answer answer = post(
                "/classify?labels=a,b",
                "traceparent",
                "00-" + TRACE + "-00f067aa0ba902b7-01",
                "X-Request-Id",
                "traced",
                "X-Request-Timeout-Ms",
                "soon");

        assertThat(answer.status()).isEqualTo(400);
        String response = answer.headers().firstValue("traceresponse").orElseThrow();
        assertThat(response).matches("00-" + TRACE + "-[0-9a-f]{16}-01");
        assertThat(output).contains("[traced," + response.substring(3, 52) + "]");
    }

    @Test
    void trace_none_leavesNoTraceInTheLog(CapturedOutput output) {
        Answer answer = post("/classify?labels=a,b", "X-Request-Id", "untraced", "X-Request-Timeout-Ms", "soon");

        assertThat(answer.headers().firstValue("traceresponse")).isEmpty();
        assertThat(output).contains("[untraced]");
    }
}
