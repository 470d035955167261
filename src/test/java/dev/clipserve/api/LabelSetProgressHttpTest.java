package dev.clipserve.api;

import static dev.clipserve.api.ServiceClient.FLOWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.clipserve.api.ServiceClient.Answer;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.json.JsonMapper;

/** A service that waits for no encoding: what takes longer than a moment always shows. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"clipserve.label-sets.folder=", "clipserve.label-sets.wait=0"})
class LabelSetProgressHttpTest {

    @LocalServerPort
    private int port;

    private static String labels(int count) {
        List<String> labels =
                IntStream.range(0, count).mapToObj(i -> "thing number " + i).toList();
        return "{\"labels\":" + JsonMapper.shared().writeValueAsString(labels) + ",\"templates\":[\"openai-7\"]}";
    }

    @Test
    void put_manyLabels_isAcceptedAndTellsHowFarItIs() {
        var client = new ServiceClient(port);

        Answer accepted = client.put("/label-sets/things", labels(1_000));
        Answer early = client.raw(FLOWER, "label_set=things&top=1");

        assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
        assertThat(accepted.headers().firstValue("Location")).contains("/label-sets/things/status");
        assertThat(accepted.headers().firstValue("Retry-After")).contains("1");
        assertThat(accepted.json().path("state").asString()).isEqualTo("encoding");
        assertThat(accepted.json().path("total").asInt()).isEqualTo(7_000);
        assertThat(early.status()).as(early.body()).isEqualTo(503);
        assertThat(early.problem()).isEqualTo(ProblemType.LABEL_SET_NOT_READY.slug());
        assertThat(early.headers().firstValue("Retry-After")).contains("1");
        assertThat(early.detail())
                .startsWith("Label set 'things' is not encoded for model 'mini-clip' yet: ")
                .endsWith(" of 7000 prompts are done.");

        await().atMost(Duration.ofMinutes(5))
                .until(() -> client.get("/label-sets/things/status")
                        .json()
                        .path("state")
                        .asString()
                        .equals("ready"));
        Answer ready = client.raw(FLOWER, "label_set=things&top=1");
        assertThat(ready.status()).as(ready.body()).isEqualTo(200);
        assertThat(client.put("/label-sets/things", labels(1_000)).status()).isEqualTo(200);
    }

    @Test
    void put_setThatFailsToEncode_saysWhy() {
        var client = new ServiceClient(port);
        client.put("/label-sets/bad", "{\"labels\":[\"endoftext\",\"cat\"],\"templates\":[\"{}\",\"<|{}|>\"]}");

        await().until(() -> client.get("/label-sets/bad/status")
                .json()
                .path("state")
                .asString()
                .equals("failed"));
        Answer status = client.get("/label-sets/bad/status");
        Answer answer = client.raw(FLOWER, "label_set=bad");

        assertThat(status.json().path("error").asString()).startsWith("The text contains the control token");
        assertThat(answer.problem()).isEqualTo(ProblemType.LABEL_SET_NOT_READY.slug());
        assertThat(answer.headers().firstValue("Retry-After")).contains("10");
    }
}
