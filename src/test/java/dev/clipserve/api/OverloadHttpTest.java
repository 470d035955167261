package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.clipserve.api.ServiceClient.Answer;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.json.JsonMapper;

/** More work than the service takes on: 503 with Retry-After, at once or after a bounded wait, and then it goes on. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "clipserve.batching.max-waiting-texts=1",
            "clipserve.batching.max-texts=1",
            // What fills the queue is answered, however slow the machine.
            "clipserve.limits.max-time=1h",
            // Who takes the memory for bodies may keep it for longer than others wait.
            "server.tomcat.connection-timeout=5m"
        })
@ExtendWith(OutputCaptureExtension.class)
class OverloadHttpTest {

    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

    @LocalServerPort
    private int port;

    @Autowired
    private MeterRegistry registry;

    private ServiceClient client;

    /** A body of the largest size takes all the memory that there is for bodies. */
    @DynamicPropertySource
    static void bodies(DynamicPropertyRegistry properties) {
        properties.add(
                "clipserve.limits.max-body-size", () -> Runtime.getRuntime().maxMemory() / 8 + "B");
    }

    @BeforeEach
    void connect() {
        client = new ServiceClient(port);
    }

    @AfterEach
    void stillAnswers(CapturedOutput output) {
        callers.close();
        assertThat(client.raw(ServiceClient.FLOWER, "labels=sunflower,whale").probability("sunflower"))
                .isGreaterThan(0.9);
        assertThat(output).doesNotContain("ERROR", "QueueFullException");
    }

    private static void assertOverloaded(Answer answer) {
        assertRetryLater(answer);
        assertThat(answer.problem()).isEqualTo(ProblemType.OVERLOADED.slug());
    }

    private static void assertOverloadedInOpenAisWords(Answer answer) {
        assertRetryLater(answer);
        assertThat(answer.json().at("/error/code").asString()).isEqualTo("overloaded");
        assertThat(answer.json().at("/error/type").asString()).isEqualTo("server_error");
    }

    private static void assertRetryLater(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(503);
        assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
                .isPositive();
    }

    @Test
    void labels_behindAFullQueue_areRefusedAtOnce() throws ExecutionException, InterruptedException {
        // Its texts are long, so that it is still being answered when the last of the others comes.
        Future<Answer> first = submit(() -> client.json(request("very ".repeat(50) + "first")));
        await().until(() -> registry.get("clipserve.queue.waiting")
                        .tag("queue", "text")
                        .gauge()
                        .value()
                > 0);

        Answer second = client.json(request("second"));
        Answer openAi = client.json("/v1/embeddings", "{\"model\":\"mini-clip\",\"input\":" + labels("third") + "}");
        Answer huggingFace = client.json(
                "/models/mini-clip",
                "{\"inputs\":\"\",\"parameters\":{\"candidate_labels\":" + labels("fourth") + "}}");

        Answer inference = client.json(
                "/v2/models/mini-clip-text-encoder/infer",
                "{\"inputs\":[{\"name\":\"texts\",\"shape\":[2000],\"datatype\":\"BYTES\",\"data\":" + labels("fifth")
                        + "}]}");

        assertOverloaded(second);
        assertOverloadedInOpenAisWords(openAi);
        assertRetryLater(inference);
        assertThat(inference.json().path("error").asString()).isEqualTo(ProblemType.OVERLOADED.explanation());
        assertRetryLater(huggingFace);
        assertThat(huggingFace.json().path("error").asString()).isEqualTo(ProblemType.OVERLOADED.explanation());
        assertThat(first.get().status()).isEqualTo(200);
    }

    @Test
    void body_whileAnotherTakesTheMemory_isRefusedAfterAWait() throws IOException {
        long largest = Runtime.getRuntime().maxMemory() / 8;
        try (Socket slow = new Socket("localhost", port)) {
            slow.getOutputStream()
                    .write(("POST /classify?labels=a HTTP/1.1\r\nHost: x\r\nContent-Length: " + largest + "\r\n\r\nabc")
                            .getBytes(StandardCharsets.US_ASCII));
            Answer refused = await().until(
                            () -> client.raw(ServiceClient.FLOWER, "labels=sunflower,whale"),
                            answer -> answer.status() != 200);

            assertOverloaded(refused);
            assertOverloadedInOpenAisWords(client.json("/v1/embeddings", "{}"));
            // What has no body waits for none.
            assertThat(client.get("/actuator/health/liveness").status()).isEqualTo(200);
        }
    }

    private <T> Future<T> submit(Callable<T> call) {
        return callers.submit(call);
    }

    /** Labels with as many tokens each, so that they are one submission, and an empty queue takes it whole. */
    private static String labels(String kind) {
        List<String> labels = IntStream.range(1_000, 3_000)
                .mapToObj(i -> kind + " thing " + i)
                .toList();
        return JsonMapper.shared().writeValueAsString(labels);
    }

    private static String request(String kind) {
        return "{\"images\":[{\"base64\":\"" + Base64.getEncoder().encodeToString(ServiceClient.FLOWER)
                + "\"}],\"labels\":" + labels(kind) + "}";
    }
}
