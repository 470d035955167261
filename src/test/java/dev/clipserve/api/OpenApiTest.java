package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.api.ServiceClient.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code openapi.yaml} itself: served as it is, its examples are true. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class OpenApiTest {

    private final Contract contract = new Contract();

    @LocalServerPort
    private int port;

    @Test
    void contract_served_isTheFileInTheRepository() throws IOException {
        assertThat(new ServiceClient(port).get("/openapi.yaml").body())
                .isEqualTo(Files.readString(Path.of("openapi.yaml")));
    }

    @TestFactory
    Stream<DynamicTest> requestExamples_executed_areAnswered() {
        return contract
                .at("/paths/~1classify/post/requestBody/content/application~1json/examples")
                .properties()
                .stream()
                .map(example -> DynamicTest.dynamicTest(example.getKey(), () -> {
                    String body = example.getValue().path("value").toString();
                    contract.checkSchema(contract.at("/components/schemas/ClassifyRequest"), body);
                    assertThat(new ServiceClient(port).json(body).status()).isEqualTo(200);
                }));
    }

    @Test
    void parameterExamples_together_areAnswered() {
        String query = contract.at("/components/parameters").properties().stream()
                .map(Map.Entry::getValue)
                .filter(parameter -> parameter.path("in").asString().equals("query") && parameter.has("example"))
                .map(parameter -> parameter.path("name").asString() + "=" + ServiceClient.encode(example(parameter)))
                .reduce((one, other) -> one + "&" + other)
                .orElseThrow();

        Answer answer = new ServiceClient(port).raw(ServiceClient.FLOWER, query);

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    private static String example(JsonNode parameter) {
        JsonNode example = parameter.path("example");
        return example.isArray() ? example.toString() : example.asString();
    }

    @Test
    void responseExamples_everyOne_fitsItsSchema() {
        var answer = "/paths/~1classify/post/responses/200/content/application~1json";
        contract.checkSchema(
                contract.at(answer + "/schema"),
                contract.at(answer + "/example").toString());
        var problem = "/components/responses/Problem/content/application~1problem+json";
        contract.checkSchema(
                contract.at(problem + "/schema"),
                contract.at(problem + "/example").toString());
    }

    @Test
    void parameters_ofTheQuery_areTheFieldsOfTheOtherForms() {
        var query = contract.at("/components/parameters").properties().stream()
                .map(Map.Entry::getValue)
                .filter(parameter -> parameter.path("in").asString().equals("query"))
                .map(parameter -> parameter.path("name").asString())
                .toList();
        var json = (ObjectNode) contract.at("/components/schemas/ClassifyRequest/properties");
        var form = (ObjectNode) contract.at("/components/schemas/ClassifyForm/properties");

        assertThat(query).containsExactlyInAnyOrderElementsOf(ClassifyRequestReader.FIELDS);
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
