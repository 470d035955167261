package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.ShippedModel;
import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.zeroshot.Models;
import dev.clipserve.zeroshot.ZeroShotModel;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Several models in one service: each by its name, with queues of its own. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "clipserve.models.exact.path=models/mini-clip",
            "clipserve.models.fast.path=models/mini-clip",
            "clipserve.models.fast.precision=int8",
            "clipserve.models.fast.batching.max-waiting-images=7",
            "clipserve.default-model=fast",
            // What the encoders are given is counted.
            "clipserve.canary.interval=0"
        })
class SeveralModelsHttpTest {

    private static final String LABELS = ShippedModel.canaryLabels();

    @LocalServerPort
    private int port;

    @Autowired
    private MeterRegistry registry;

    @Autowired
    private Models models;

    private ServiceClient client;

    @BeforeEach
    void connect() {
        client = new ServiceClient(port);
    }

    private JsonNode model(String name) {
        return client.get("/models/" + name).json();
    }

    @Test
    void models_listed_sayWhatEachIs() {
        JsonNode models = client.get("/models").json().path("models");

        assertThat(models.valueStream().map(model -> model.path("name").asString()))
                .containsExactlyInAnyOrder("exact", "fast");
        assertThat(model("fast").path("default").asBoolean()).isTrue();
        assertThat(model("exact").path("default").asBoolean()).isFalse();
        assertThat(model("fast").path("precision").asString()).isEqualTo("int8");
        assertThat(model("exact").path("precision").asString()).isEqualTo("fp32");
        assertThat(model("exact").path("scorings").valueStream().map(JsonNode::asString))
                .containsExactly("softmax", "similarity");
        assertThat(model("exact").path("digest").asString())
                .isNotEqualTo(model("fast").path("digest").asString());
    }

    @Test
    void classify_byName_isAnsweredByThatModel() {
        Answer exact = client.raw(ServiceClient.FLOWER, LABELS + "&model=exact");
        Answer fast = client.raw(ServiceClient.FLOWER, LABELS + "&model=fast");
        Answer unnamed = client.raw(ServiceClient.FLOWER, LABELS);

        assertThat(exact.json().path("model").asString()).isEqualTo("exact");
        ShippedModel.CANARY.forEach(
                (label, probability) -> assertThat(exact.probability(label)).isCloseTo(probability, within(1e-5)));
        assertThat(fast.probability("flower")).isNotEqualTo(exact.probability("flower"));
        assertThat(unnamed.body()).isEqualTo(fast.body());
        assertThat(exact.headers().firstValue("X-Model-Digest"))
                .hasValue(model("exact").path("digest").asString());
    }

    @Test
    void classify_unknownName_listsThoseThatThereAre() {
        Answer answer = client.raw(ServiceClient.FLOWER, LABELS + "&model=best");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.detail())
                .contains("There is no model 'best'")
                .contains("exact")
                .contains("fast");
        assertThat(client.get("/models/best").problem()).isEqualTo("unknown-model");
        assertThat(client.get("/models/openai/clip-vit-base-patch32").detail())
                .contains("There is no model 'openai/clip-vit-base-patch32'");
    }

    @Test
    void meters_ofEachModel_sayWhose() {
        client.raw(ServiceClient.FLOWER, LABELS + "&model=exact");

        for (String name : List.of("exact", "fast")) {
            assertThat(registry.get("clipserve.queue.waiting")
                            .tags("queue", "image", "model", name)
                            .gauge()
                            .value())
                    .isZero();
            assertThat(registry.get("cache.size")
                            .tags("cache", "images", "model", name)
                            .gauge())
                    .isNotNull();
        }
        assertThat(registry.get("clipserve.batch.run")
                        .tags("queue", "image", "model", "exact")
                        .timer()
                        .count())
                .isPositive();
    }

    /** What a model's encoder was given so far. */
    private long encoded(String queue, String model) {
        return registry.get("clipserve.queue.wait")
                .tags("queue", queue, "model", model)
                .timer()
                .count();
    }

    @Test
    void forgetEmbeddings_ofOneModel_hasItEncodeAnewWhatItKnew() {
        client.raw(ServiceClient.FLOWER, LABELS + "&model=exact");
        client.raw(ServiceClient.FLOWER, LABELS + "&model=fast");
        long images = encoded("image", "exact");
        long texts = encoded("text", "exact");
        long others = encoded("image", "fast");

        models.find("exact").orElseThrow().forgetEmbeddings();
        for (String model : List.of("exact", "exact", "fast")) {
            client.raw(ServiceClient.FLOWER, LABELS + "&model=" + model);
        }

        assertThat(encoded("image", "exact") - images).isEqualTo(1);
        assertThat(encoded("text", "exact") - texts).isEqualTo(ShippedModel.CANARY.size());
        assertThat(encoded("image", "fast") - others).isZero();
    }

    @Test
    void canary_ofWhatIsRemembered_isComputedAnew() {
        ZeroShotModel exact = models.find("exact").orElseThrow();
        List<String> labels = exact.clip().bundle().canary().orElseThrow().labels();
        client.raw(ServiceClient.FLOWER, "labels=" + String.join(",", labels) + "&model=exact");
        long images = encoded("image", "exact");
        long texts = encoded("text", "exact");

        assertThat(exact.canary().ask())
                .hasValueSatisfying(outcome -> assertThat(outcome.right()).isTrue());

        assertThat(encoded("image", "exact") - images).isEqualTo(1);
        assertThat(encoded("text", "exact") - texts).isEqualTo(labels.size());
    }

    @Test
    void readiness_asksTheCanaryOfEach() {
        JsonNode canary = client.get("/actuator/health/readiness").json().at("/components/canary/details");

        assertThat(canary.propertyNames()).containsExactlyInAnyOrder("exact", "fast");
    }
}
