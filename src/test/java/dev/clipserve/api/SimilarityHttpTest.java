package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.api.ServiceClient.Form;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** {@code POST /similarity}: the matrices agree with each other, with the embeddings and with {@code /classify}. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "clipserve.limits.max-pairs=6")
class SimilarityHttpTest {

    private static final double TOLERANCE = 1e-6;
    private static final String FLOWER = Base64.getEncoder().encodeToString(ServiceClient.FLOWER);
    private static final String BLUE = Base64.getEncoder().encodeToString(blue());

    @LocalServerPort
    private int port;

    private ServiceClient client;

    @BeforeEach
    void connect() {
        client = new ServiceClient(port);
    }

    private static byte[] blue() {
        var picture = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < 40; x++) {
            picture.setRGB(x, 15, 0x3060ff);
        }
        var png = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", png);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return png.toByteArray();
    }

    private Answer ask(String json) {
        return client.json(
                "/similarity", json.replace('\'', '"').replace("FLOWER", FLOWER).replace("BLUE", BLUE));
    }

    private JsonNode twoByThree() {
        return ask("{'images':[{'base64':'FLOWER'},{'base64':'BLUE'}],'texts':['sunflower','whale','sea']}")
                .json();
    }

    private static double at(JsonNode answer, String matrix, int row, int column) {
        return answer.at(matrix + "/" + row + "/" + column).asDouble();
    }

    @Test
    void compare_logits_areScaledCosinesInBothLayouts() {
        JsonNode answer = twoByThree();
        double scale = client.get("/models").json().at("/models/0/logit_scale").asDouble();

        for (int image = 0; image < 2; image++) {
            for (int text = 0; text < 3; text++) {
                double logit = at(answer, "/logits_per_image", image, text);
                assertThat(logit).isCloseTo(scale * at(answer, "/similarity", image, text), within(1e-5));
                assertThat(at(answer, "/logits_per_text", text, image)).isEqualTo(logit);
            }
        }
    }

    @Test
    void compare_probabilities_areSoftmaxInBothDirections() {
        JsonNode answer = twoByThree();

        for (int image = 0; image < 2; image++) {
            double total = 0;
            for (int text = 0; text < 3; text++) {
                total += Math.exp(at(answer, "/logits_per_image", image, text));
            }
            for (int text = 0; text < 3; text++) {
                assertThat(at(answer, "/probabilities/over_texts", image, text))
                        .isCloseTo(Math.exp(at(answer, "/logits_per_image", image, text)) / total, within(TOLERANCE));
                double both = Math.exp(at(answer, "/logits_per_text", text, 0))
                        + Math.exp(at(answer, "/logits_per_text", text, 1));
                assertThat(at(answer, "/probabilities/over_images", text, image))
                        .isCloseTo(Math.exp(at(answer, "/logits_per_text", text, image)) / both, within(TOLERANCE));
            }
        }
    }

    @Test
    void compare_similarities_areProductsOfTheEmbeddings() {
        JsonNode answer = twoByThree();
        JsonNode embeddings = client.json(
                        "/embeddings",
                        "{\"images\":[{\"base64\":\"" + FLOWER + "\"},{\"base64\":\"" + BLUE
                                + "\"}],\"texts\":[\"sunflower\",\"whale\",\"sea\"]}")
                .json();

        for (int image = 0; image < 2; image++) {
            for (int text = 0; text < 3; text++) {
                JsonNode a = embeddings.at("/images/" + image + "/embedding");
                JsonNode b = embeddings.at("/texts/" + text + "/embedding");
                double product = IntStream.range(0, a.size())
                        .mapToDouble(i -> a.path(i).asDouble() * b.path(i).asDouble())
                        .sum();
                assertThat(at(answer, "/similarity", image, text)).isCloseTo(product, within(TOLERANCE));
            }
        }
    }

    @Test
    void compare_oneImage_agreesWithClassify() {
        JsonNode answer = client.form(
                        "/similarity",
                        new Form()
                                .file("image", ServiceClient.FLOWER)
                                .field("texts", "[\"sunflower\",\"whale\",\"sea\"]"))
                .json();
        Answer classified = client.raw(ServiceClient.FLOWER, "labels=sunflower,whale,sea&templates=label");

        List<String> texts = List.of("sunflower", "whale", "sea");
        for (int text = 0; text < 3; text++) {
            JsonNode prediction = classified.prediction(texts.get(text));
            assertThat(at(answer, "/similarity", 0, text))
                    .isEqualTo(prediction.path("similarity").asDouble());
            assertThat(at(answer, "/probabilities/over_texts", 0, text))
                    .isCloseTo(prediction.path("probability").asDouble(), within(TOLERANCE));
        }
    }

    @Test
    void compare_oneBadImageOfThree_isNullInEveryMatrix() {
        JsonNode answer =
                ask("{'images':[{'base64':'BLUE'},{'base64':'AAAA'},{'base64':'FLOWER'}],'texts':['sunflower']}")
                        .json();

        assertThat(answer.at("/images/1/error/status").asInt()).isEqualTo(415);
        for (String matrix : List.of("/similarity", "/logits_per_image", "/probabilities/over_texts")) {
            assertThat(answer.at(matrix + "/1").isNull()).as(matrix).isTrue();
            assertThat(answer.at(matrix + "/2/0").isNumber()).as(matrix).isTrue();
        }
        for (String matrix : List.of("/logits_per_text", "/probabilities/over_images")) {
            assertThat(answer.at(matrix + "/0/1").isNull()).as(matrix).isTrue();
        }
        assertThat(at(answer, "/probabilities/over_images", 0, 0) + at(answer, "/probabilities/over_images", 0, 2))
                .isCloseTo(1, within(TOLERANCE));
        assertThat(at(answer, "/similarity", 2, 0))
                .isEqualTo(at(
                        ask("{'images':[{'base64':'FLOWER'}],'texts':['sunflower']}")
                                .json(),
                        "/similarity",
                        0,
                        0));
    }

    @Test
    void compare_everyImageBad_isStillAnAnswer() {
        JsonNode answer = ask("{'images':[{'base64':'AAAA'},{'base64':'BBBB'}],'texts':['sunflower']}")
                .json();

        assertThat(answer.at("/logits_per_text/0/0").isNull()).isTrue();
        assertThat(answer.at("/probabilities/over_images/0/1").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'texts':['a']}                                                  | 400 | no-image       | no image",
                "{'images':[{'base64':'FLOWER'}]}                                 | 400 | invalid-texts  | no texts",
                "{'images':[{'base64':'FLOWER'}],'texts':['a','']}                | 400 | invalid-texts  | Text 2",
                "{'images':[{'base64':'FLOWER'}],'texts':['a'],'model':'b'}       | 404 | unknown-model  | mini-clip",
                "{'images':[{'base64':'AAAA'}],'texts':['a']}                     | 415 | not-an-image   | image",
                "{'images':[{'base64':'FLOWER'}],'texts':['1','2','3','4','5','6','7']} | 413 | too-many-pairs | 7 pairs; at most 6",
            })
    void compare_unusable_isRefusedWithAReason(String json, int status, String problem, String words) {
        Answer answer = ask(json);

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.problem()).isEqualTo(problem);
        assertThat(answer.detail()).containsIgnoringCase(words);
    }

    @Test
    void compare_textThatIsCut_saysSoOrIsRefused() {
        String json = "{'images':[{'base64':'FLOWER'}],'texts':['sea','"
                + "word ".repeat(200).strip() + "'],'truncate':T}";

        JsonNode texts = ask(json.replace("T}", "true}")).json().path("texts");
        Answer refused = ask(json.replace("T}", "false}"));

        assertThat(texts.at("/0").has("truncated_to")).isFalse();
        assertThat(texts.at("/1/truncated_to").asInt())
                .isLessThan(texts.at("/1/tokens").asInt());
        assertThat(refused.problem()).isEqualTo("label-too-long");
    }
}
