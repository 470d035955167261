package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.api.ServiceClient.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** OpenAI's dialect: what its clients send, and what none of them would. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "clipserve.models[mini-clip].path=models/mini-clip",
            "clipserve.models[example/mini-clip].path=models/mini-clip",
            "clipserve.default-model=mini-clip",
            "clipserve.limits.max-body-size=1MB",
            "clipserve.limits.max-images=2",
            "clipserve.limits.max-labels=3",
            "clipserve.limits.max-text-length=500"
        })
class OpenAiHttpTest {

    private static final String FLOWER =
            "data:image/png;base64," + Base64.getEncoder().encodeToString(ServiceClient.FLOWER);

    @LocalServerPort
    private int port;

    private ServiceClient client;

    @BeforeEach
    void connect() {
        client = new ServiceClient(port);
    }

    /** Quotes are single ones here. */
    private Answer ask(String body) {
        return client.json("/v1/embeddings", body.replace('\'', '"').replace("FLOWER", FLOWER));
    }

    private Answer embed(String input) {
        return ask("{'model':'mini-clip','input':" + input + "}");
    }

    private static void assertError(Answer answer, int status, String code, String words) {
        JsonNode error = answer.json().path("error");
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(error.path("code").asString()).isEqualTo(code);
        assertThat(error.path("message").asString()).contains(words);
        assertThat(error.path("type").asString()).isEqualTo(status < 500 ? "invalid_request_error" : "server_error");
    }

    private static float[] numbers(JsonNode embedding) {
        float[] numbers = new float[embedding.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = embedding.path(i).floatValue();
        }
        return numbers;
    }

    private static List<float[]> vectors(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json()
                .path("data")
                .valueStream()
                .map(entry -> numbers(entry.path("embedding")))
                .toList();
    }

    private static double dot(float[] a, float[] b) {
        return IntStream.range(0, a.length)
                .mapToDouble(i -> (double) a[i] * b[i])
                .sum();
    }

    @Test
    void embeddings_mixedInputs_keepTheirOrderAndEqualTheNativeOnes() {
        Answer answer = embed("['a photo of a whale','FLOWER','a photo of a sunflower']");
        List<float[]> vectors = vectors(answer);
        Answer similarity = client.json(
                "/similarity",
                "{\"images\":[{\"url\":\"" + FLOWER
                        + "\"}],\"texts\":[\"a photo of a whale\",\"a photo of a sunflower\"]}");

        assertThat(answer.json()
                        .at("/data")
                        .valueStream()
                        .map(entry -> entry.path("index").asInt()))
                .containsExactly(0, 1, 2);
        assertThat(vectors).allSatisfy(vector -> assertThat(dot(vector, vector)).isCloseTo(1, within(1e-6)));
        assertThat(dot(vectors.get(1), vectors.get(0)))
                .isCloseTo(similarity.json().at("/similarity/0/0").asDouble(), within(1e-6));
        assertThat(dot(vectors.get(1), vectors.get(2)))
                .isCloseTo(similarity.json().at("/similarity/0/1").asDouble(), within(1e-6));
    }

    @Test
    void embeddings_eachEncoding_holdsTheSameBits() {
        String request = "{'model':'mini-clip','input':['a cat','FLOWER'],'encoding_format':'%s'}";
        List<float[]> floats = vectors(ask(request.formatted("float")));
        JsonNode coded = ask(request.formatted("base64")).json().path("data");

        for (int i = 0; i < floats.size(); i++) {
            byte[] bytes =
                    Base64.getDecoder().decode(coded.path(i).path("embedding").asString());
            float[] decoded = new float[bytes.length / Float.BYTES];
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(decoded);
            assertThat(decoded).hasSizeGreaterThan(1).isEqualTo(floats.get(i));
        }
    }

    @Test
    void usage_ofTextsAndImages_countsTheTokensOfTheTexts() {
        // "a" and "cat" are a token each, and start and end one each; "a photo of a cat" has five words.
        JsonNode usage = embed("['a cat','FLOWER','a photo of a cat']").json().path("usage");

        assertThat(usage.path("prompt_tokens").asInt()).isEqualTo(4 + 7);
        assertThat(usage.path("total_tokens").asInt()).isEqualTo(4 + 7);
        assertThat(embed("'FLOWER'").json().at("/usage/total_tokens").asInt()).isZero();
    }

    @Test
    void modality_saysWhatADataUriIs() {
        String start = "data:image/png;base64,AAAA";
        String asText = "{'model':'mini-clip','input':'" + start + "','modality':'text'}";

        assertThat(ask("{'model':'mini-clip','input':'FLOWER','modality':'image'}")
                        .body())
                .isEqualTo(embed("['FLOWER']").body());
        assertThat(ask(asText).json().at("/usage/total_tokens").asInt()).isPositive();
        assertError(embed("'" + start + "'"), 400, "not_an_image", "input[0]: ");
        assertError(
                ask("{'model':'mini-clip','input':'a.png','modality':'image'}"),
                403,
                "url_not_allowed",
                "does not fetch");
        assertError(
                ask("{'model':'mini-clip','input':['FLOWER','https://example.org/a.png'],'modality':'image'}"),
                403,
                "url_not_allowed",
                "input[1]: This service does not fetch");
        assertError(
                ask("{'model':'mini-clip','input':'a','modality':'audio'}"), 400, "invalid_request", "text or image");
    }

    @Test
    void answer_saysWhatComputedIt() {
        Answer answer = embed("'a cat'");

        assertThat(answer.headers().firstValue("X-Model-Digest"))
                .contains(client.get("/models/mini-clip").json().path("digest").asString());
        assertThat(answer.json().path("model").asString()).isEqualTo("mini-clip");
        assertThat(answer.json().path("object").asString()).isEqualTo("list");
    }

    @Test
    void dimensions_theModelsOwn_areTakenAndOthersRefused() {
        int dimension = client.get("/models/mini-clip").json().path("dimension").asInt();
        String request = "{'model':'mini-clip','input':'a cat','user':'u','dimensions':%d}";

        assertThat(vectors(ask(request.formatted(dimension))).getFirst()).hasSize(dimension);
        assertError(ask(request.formatted(dimension - 1)), 400, "unsupported_dimensions", "not a Matryoshka model");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'input':'a'}                                    | invalid_request | 'model' is missing",
                "{'model':1,'input':'a'}                          | invalid_request | 'model' is the number 1; it must be a string",
                "{'model':'mini-clip'}                            | invalid_request | 'input' is missing or empty",
                "{'model':'mini-clip','input':null}               | invalid_request | 'input' is missing or empty",
                "{'model':'mini-clip','input':[]}                 | invalid_request | 'input' is missing or empty",
                "{'model':'mini-clip','input':7}                  | invalid_request | a string or a list of strings",
                "{'model':'mini-clip','input':{'text':'a'}}       | invalid_request | a string or a list of strings",
                "{'model':'mini-clip','input':['a',null]}         | invalid_request | a string or a list of strings",
                "{'model':'mini-clip','input':[320,1125]}         | invalid_request | token ids",
                "{'model':'mini-clip','input':[[320],[1125]]}     | invalid_request | check_embedding_ctx_length=False",
                "{'model':'mini-clip','input':''}                 | invalid_texts   | input[0] is blank",
                "{'model':'mini-clip','input':['a','FLOWER',' ']} | invalid_texts   | input[2] is blank",
                "{'model':'mini-clip','input':['a','b','c','d']}  | invalid_texts   | 4 texts; at most 3",
                "{'model':'mini-clip','input':'\\ud83c'}           | invalid_texts   | input[0] is not valid Unicode",
                "{'model':'mini-clip','input':'<\\u007cendoftext\\u007c>'}    | reserved_token  | control token",
                "{'model':'mini-clip','input':'a','encoding_format':'int8'} | invalid_request | float or base64",
                "{'model':'mini-clip','input':'a','dimensions':'512'}       | invalid_request | a whole number",
                "{'model':'mini-clip','input':'a','inputs':'b'}   | invalid_request | Unknown field 'inputs'",
                "{'model':'mini-clip','input':'a'                 | malformed_json  | at line 1",
                "['a']                                            | invalid_request | must be a JSON object",
                "~~                                               | invalid_request | must be a JSON object",
                "{'model':'mini-clip','input':['a','data:image/png;base64,A?']} | invalid_base64 | input[1]: ",
                "{'model':'mini-clip','input':'data:image/png,abc'}             | invalid_base64 | input[0]: A data URI",
                "{'model':'mini-clip','input':'data:image/png;base64,'}         | empty_image    | input[0]: ",
                "{'model':'mini-clip','input':'data:image/png;base64,PHN2Zz4='} | unsupported_format | input[0]: ",
            })
    void request_unusable_isRefusedByPlace(String body, String code, String words) {
        assertError(ask(body), 400, code, words);
    }

    @Test
    void text_longerThanTheContext_isRefusedAsOpenAiDoes() {
        Answer answer = embed("['a cat','" + "very ".repeat(98) + "cat']");

        assertError(answer, 400, "context_length_exceeded", "input[1] has 101 tokens; the model takes at most 77");
        assertThat(answer.json().at("/error/param").asString()).isEqualTo("input");
    }

    @Test
    void text_ofTooManyCharacters_isRefusedWithTheLimit() {
        assertError(
                embed("'" + "a".repeat(501) + "'"), 400, "invalid_texts", "input[0] has 501 characters; at most 500");
    }

    @Test
    void images_tooMany_areRefusedWithTheLimit() {
        assertError(embed("['FLOWER','FLOWER','FLOWER']"), 413, "too_many_images", "3 images; at most 2");
    }

    @Test
    void image_cutShort_isTheAnswersErrorAtItsPlace() {
        String half = Base64.getEncoder()
                .encodeToString(Arrays.copyOf(ServiceClient.FLOWER, ServiceClient.FLOWER.length / 2));

        assertError(
                embed("['a cat','FLOWER','data:image/png;base64," + half + "']"), 400, "corrupt_image", "input[2]: ");
    }

    @Test
    void body_overTheLimit_isRefusedInOpenAisWords() {
        String large = "{\"model\":\"mini-clip\",\"input\":\"" + "a".repeat(1_100_000) + "\"}";
        var unannounced = BodyPublishers.fromPublisher(BodyPublishers.ofString(large));

        assertError(client.json("/v1/embeddings", large), 413, "body_too_large", "1048576");
        assertError(client.send(client.request("/v1/embeddings").POST(unannounced)), 413, "body_too_large", "1048576");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text-embedding-3-small", "example", "Mini-Clip", ""})
    void model_unknown_isNotFound(String name) {
        Answer answer = ask("{'model':'" + name + "','input':'a'}");

        assertError(answer, 404, "model_not_found", "There is no model '" + name + "'; there is mini-clip");
        assertThat(answer.json().at("/error/param").asString()).isEqualTo("model");
    }

    @Test
    void path_orMethodThatIsNot_isAnErrorInOpenAisWords() {
        assertError(client.get("/v1/chat/completions"), 404, "not_found", "nothing at /v1/chat/completions");
        Answer method = client.get("/v1/embeddings");
        assertError(method, 405, "method_not_allowed", "GET is not allowed here; allowed are [POST]");
        assertThat(method.headers().firstValue("Allow")).contains("POST");
        assertThat(method.json().at("/error/param").isNull()).isTrue();
    }

    @Test
    void body_thatBreaksOff_isAnErrorInOpenAisWords() {
        String head = "POST /v1/embeddings HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
        for (String request : List.of(
                head + "Content-Length: 1000\r\n\r\n{\"model\"", head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n")) {
            Answer answer = new RawExchange(port).send(request);

            assertError(answer, 400, "invalid_request", "");
        }
    }

    @Test
    void accept_ofAnotherMediaType_isAnErrorInOpenAisWords() {
        assertError(
                client.send(client.request("/v1/embeddings")
                        .header("Accept", "text/html")
                        .POST(BodyPublishers.ofString("{}"))),
                406,
                "not_acceptable",
                "");
    }

    @Test
    void contentType_whateverItIs_theBodyIsReadAsJson() {
        Answer answer = client.send(client.request("/v1/embeddings")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("{\"model\":\"mini-clip\",\"input\":\"a cat\"}")));

        assertThat(vectors(answer)).hasSize(1);
    }

    @Test
    void models_listedAndSingle_areOpenAisObjects() {
        JsonNode list = client.get("/v1/models").json();
        JsonNode single = client.get("/v1/models/mini-clip").json();

        assertThat(list.path("object").asString()).isEqualTo("list");
        assertThat(list.path("data").valueStream().map(model -> model.path("id").asString()))
                .containsExactlyInAnyOrder("mini-clip", "example/mini-clip");
        assertThat(list.path("data").valueStream()).contains(single);
        assertThat(single.path("object").asString()).isEqualTo("model");
        assertThat(Instant.ofEpochSecond(single.path("created").asLong()))
                .isBetween(Instant.now().minusSeconds(86_400), Instant.now());
    }

    @ParameterizedTest
    @ValueSource(strings = {"example/mini-clip", "example%2Fmini-clip", "example%2fmini-clip"})
    void models_nameWithASlash_isFoundEscapedOrNot(String name) {
        assertThat(client.get("/v1/models/" + name).json().path("id").asString())
                .isEqualTo("example/mini-clip");
        assertThat(client.get("/models/" + name).json().path("name").asString()).isEqualTo("example/mini-clip");
        assertThat(client.get("/v2/models/" + name).json().path("name").asString())
                .isEqualTo("example/mini-clip");
        assertThat(ask("{'model':'example/mini-clip','input':'a cat'}")
                        .json()
                        .path("model")
                        .asString())
                .isEqualTo("example/mini-clip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-4o", "a/b/c", "mini-clip/", "a%2Fb"})
    void models_unknown_isNotFoundInOpenAisWords(String name) {
        assertError(client.get("/v1/models/" + name), 404, "model_not_found", "there is mini-clip, example/mini-clip");
    }
}
