package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.SharedData;
import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.api.ServiceClient.Form;
import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.Embedding;
import dev.clipserve.clip.Stages;
import dev.clipserve.zeroshot.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Similarities, probabilities and image embeddings against those of the Python reference. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ReferenceHttpTest {

    @LocalServerPort
    private int port;

    @Autowired
    private Models models;

    @TestFactory
    Stream<DynamicTest> classify_referenceCase_givesTheReferencesNumbers() throws IOException {
        Path reference = SharedData.folder("models").resolve("mini-clip-v0/reference.json");
        List<JsonNode> cases = JsonMapper.shared()
                .readTree(Files.readString(reference))
                .path("cases")
                .valueStream()
                .toList();
        assertThat(cases).hasSizeGreaterThanOrEqualTo(121);
        return cases.stream()
                .map(row -> DynamicTest.dynamicTest(row.path("image").asString(), () -> verify(row)));
    }

    private void verify(JsonNode row) throws IOException {
        byte[] image = Files.readAllBytes(
                SharedData.folder("golden").resolve(row.path("image").asString()));
        boolean exact = row.path("exact").asBoolean();
        verifyEmbedding(row, image, exact ? 0.9999 : 0.999);
        Answer answer = new ServiceClient(port)
                .form(new Form()
                        .file("image", image)
                        .field("labels", row.path("labels").toString())
                        .field("templates", row.path("template").asString()));
        assertThat(row.path("labels")).isNotEmpty();
        for (int i = 0; i < row.path("labels").size(); i++) {
            String label = row.at("/labels/" + i).asString();
            assertThat(answer.prediction(label).path("similarity").asDouble())
                    .as("similarity of %s", label)
                    .isCloseTo(row.at("/similarity/" + i).asDouble(), within(exact ? 1e-4 : 5e-3));
            if (exact) {
                assertThat(answer.probability(label))
                        .as("probability of %s", label)
                        .isCloseTo(row.at("/probability/" + i).asDouble(), within(1e-3));
            }
        }
    }

    private void verifyEmbedding(JsonNode row, byte[] image, double least) {
        JsonNode values = row.path("image_embedding");
        float[] expected = new float[values.size()];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = (float) values.get(i).asDouble();
        }
        Embedding actual = models.main()
                .images()
                .embed(image, Deadline.after(Duration.ofDays(1)), Stages.UNTIMED)
                .embedding();
        assertThat(actual.similarity(Embedding.normalize(expected)))
                .as("cosine")
                .isGreaterThanOrEqualTo(least);
    }
}
