package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.clipserve.api.ServiceClient.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code openapi.yaml} itself: served as it is, its examples are true. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        // An example's label set is encoded when it is asked for, and awaited, however slow the machine.
        properties = {"clipserve.label-sets.wait=1h", "clipserve.limits.max-time=1h"})
class OpenApiTest {

    private final Contract contract = new Contract();

    @LocalServerPort
    private int port;

    @Test
    void contract_served_isTheFileInTheRepository() throws IOException {
        assertThat(new ServiceClient(port).get("/openapi.yaml").body())
                .isEqualTo(Files.readString(Path.of("openapi.yaml")));
    }

    /** The operations that take images and fields in three body forms. */
    private static Stream<Arguments> imageOperations() {
        return Stream.of(
                arguments("/classify", "Classify", ClassifyRequestReader.FIELDS),
                arguments("/similarity", "Similarity", SimilarityController.FIELDS),
                arguments("/embeddings", "Embeddings", EmbeddingsController.FIELDS));
    }

    private JsonNode post(String path) {
        return contract.at("/paths/" + path.replace("/", "~1") + "/post");
    }

    private List<JsonNode> queryOf(String path) {
        return post(path)
                .path("parameters")
                .valueStream()
                .map(contract::resolve)
                .filter(parameter -> parameter.path("in").asString().equals("query"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("imageOperations")
    void requestExamples_executed_areAnswered(String path, String name) {
        var examples = post(path).at("/requestBody/content/application~1json/examples");
        assertThat(examples.properties()).isNotEmpty();
        for (JsonNode example : examples) {
            String body = example.path("value").toString();
            contract.checkSchema(contract.at("/components/schemas/" + name + "Request"), body);
            Answer answer = new ServiceClient(port).json(path, body);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"/v1/embeddings, /v1/embeddings", "/models/{name}, /models/mini-clip"})
    void dialectExamples_executed_areAnswered(String path, String called) {
        JsonNode json = post(path).at("/requestBody/content/application~1json");
        assertThat(json.path("examples").properties()).isNotEmpty();
        for (JsonNode example : json.path("examples")) {
            String body = example.path("value").toString();
            contract.checkSchema(json.path("schema"), body);
            Answer answer = new ServiceClient(port).json(called, body);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"zeroShot, mini-clip", "image, mini-clip-image-encoder", "texts, mini-clip-text-encoder"})
    void inferenceExamples_executed_areAnswered(String name, String model) {
        JsonNode json = contract.at("/components/requestBodies/Inference/content/application~1json");
        String body = json.at("/examples/" + name + "/value").toString();
        contract.checkSchema(json.path("schema"), body);

        Answer answer = new ServiceClient(port).json("/v2/models/" + model + "/infer", body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(json.path("examples")).hasSize(3);
    }

    @ParameterizedTest
    @MethodSource("imageOperations")
    void parameterExamples_together_areAnswered(String path) {
        String query = queryOf(path).stream()
                .filter(parameter -> parameter.has("example"))
                .map(parameter -> parameter.path("name").asString() + "=" + ServiceClient.encode(example(parameter)))
                .collect(Collectors.joining("&"));

        Answer answer = new ServiceClient(port).raw(path, ServiceClient.FLOWER, query);

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    private static String example(JsonNode parameter) {
        JsonNode example = parameter.path("example");
        return example.isArray() ? example.toString() : example.asString();
    }

    @TestFactory
    Stream<DynamicTest> responseExamples_everyOne_fitsItsSchema() {
        List<JsonNode> examples = contract.findParents("example").stream()
                .filter(media -> media.has("schema") && !media.has("in"))
                .toList();
        assertThat(examples).hasSizeGreaterThanOrEqualTo(30);
        return examples.stream()
                .map(media -> DynamicTest.dynamicTest(
                        media.path("schema").toString(),
                        () -> contract.checkSchema(
                                media.path("schema"), media.path("example").toString())));
    }

    @TestFactory
    Stream<DynamicTest> namedExamples_everyOne_fitsItsSchema() {
        List<JsonNode> bodies = contract.findParents("examples").stream()
                .filter(media -> media.has("schema") && !media.has("in"))
                .toList();
        assertThat(bodies).hasSizeGreaterThanOrEqualTo(8);
        return bodies.stream()
                .flatMap(media -> media.path("examples").properties().stream()
                        .map(example -> DynamicTest.dynamicTest(
                                example.getKey(),
                                () -> contract.checkSchema(
                                        media.path("schema"),
                                        example.getValue().path("value").toString()))));
    }

    @Test
    void problemExamples_everyOne_isAProblemOfTheCode() {
        JsonNode examples = contract.at("/components/responses/Problem/content/application~1problem+json/examples");

        assertThat(examples).hasSize(4);
        for (JsonNode example : examples) {
            JsonNode problem = example.path("value");
            ProblemType type = Arrays.stream(ProblemType.values())
                    .filter(known -> known.uri().equals(problem.path("type").asString()))
                    .findFirst()
                    .orElseThrow();
            assertThat(problem.path("title").asString()).isEqualTo(type.title());
            assertThat(problem.path("status").asInt()).isEqualTo(type.status());
        }
    }

    @ParameterizedTest
    @MethodSource("imageOperations")
    void parameters_ofTheQuery_areTheFieldsOfTheOtherForms(String path, String name, Set<String> fields) {
        var query = queryOf(path).stream()
                .map(parameter -> parameter.path("name").asString())
                .toList();
        var json = (ObjectNode) contract.at("/components/schemas/" + name + "Request/properties");
        var form = (ObjectNode) contract.at("/components/schemas/" + name + "Form/properties");

        assertThat(query).containsExactlyInAnyOrderElementsOf(fields);
        assertThat(json.propertyNames()).contains("images").containsAll(query).hasSize(query.size() + 1);
        assertThat(form.propertyNames()).contains("image").containsAll(query).hasSize(query.size() + 1);
    }

    @Test
    void problems_listed_areThoseOfTheCode() {
        assertThat(new ServiceClient(port)
                        .get("/problems")
                        .json()
                        .valueStream()
                        .map(type -> type.path("type").asString()))
                .containsExactlyElementsOf(Arrays.stream(ProblemType.values())
                        .map(ProblemType::uri)
                        .toList());
        assertThat(new ServiceClient(port)
                        .get("/problems/corrupt-image")
                        .json()
                        .path("status")
                        .asInt())
                .isEqualTo(422);
    }
}
