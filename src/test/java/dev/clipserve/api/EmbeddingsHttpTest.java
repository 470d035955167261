package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.api.ServiceClient.Form;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code POST /embeddings}: vectors in both encodings, for images and texts, alone and together. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class EmbeddingsHttpTest {

    private static final String FLOWER = Base64.getEncoder().encodeToString(ServiceClient.FLOWER);

    @LocalServerPort
    private int port;

    private ServiceClient client;

    @BeforeEach
    void connect() {
        client = new ServiceClient(port);
    }

    private Answer ask(String json) {
        return client.json("/embeddings", json.replace('\'', '"').replace("FLOWER", FLOWER));
    }

    private static float[] vector(JsonNode entry) {
        JsonNode numbers = entry.path("embedding");
        float[] vector = new float[numbers.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = numbers.path(i).floatValue();
        }
        return vector;
    }

    private static float[] decoded(JsonNode entry) {
        byte[] bytes = Base64.getDecoder().decode(entry.path("embedding_base64").asString());
        float[] vector = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }

    static double dot(float[] a, float[] b) {
        return IntStream.range(0, a.length)
                .mapToDouble(i -> (double) a[i] * b[i])
                .sum();
    }

    @Test
    void embed_imageAndText_areUnitVectorsWhoseProductIsTheSimilarity() {
        JsonNode answer = ask("{'images':[{'base64':'FLOWER'}],'texts':['a photo of a sunflower.']}")
                .json();

        float[] image = vector(answer.at("/images/0"));
        float[] text = vector(answer.at("/texts/0"));
        assertThat(image).hasSize(answer.path("dimension").asInt());
        assertThat(dot(image, image)).isCloseTo(1, within(1e-6));
        assertThat(dot(text, text)).isCloseTo(1, within(1e-6));
        double similarity = client.raw(ServiceClient.FLOWER, "labels=sunflower,whale")
                .prediction("sunflower")
                .path("similarity")
                .asDouble();
        assertThat(dot(image, text)).isCloseTo(similarity, within(1e-6));
        assertThat(answer.at("/images/0/image/width").asInt()).isEqualTo(320);
    }

    @Test
    void embed_base64_isTheSameToTheBit() {
        String request =
                "{'images':[{'base64':'FLOWER'}],'texts':['a whale','a sunflower'],'encoding_format':'FORMAT'}";
        JsonNode floats = ask(request.replace("FORMAT", "float")).json();
        JsonNode base64 = ask(request.replace("FORMAT", "base64")).json();

        assertThat(decoded(base64.at("/images/0"))).isEqualTo(vector(floats.at("/images/0")));
        assertThat(decoded(base64.at("/texts/0"))).isEqualTo(vector(floats.at("/texts/0")));
        assertThat(decoded(base64.at("/texts/1"))).isEqualTo(vector(floats.at("/texts/1")));
        assertThat(base64.at("/texts/0").has("embedding")).isFalse();
    }

    @Test
    void embed_textsOnly_keepTheirOrderAlsoWhenTwice() {
        JsonNode answer = ask("{'texts':['a whale','a sunflower','a whale']}").json();

        assertThat(answer.path("images")).isEmpty();
        assertThat(answer.path("texts")).hasSize(3);
        assertThat(vector(answer.at("/texts/2"))).isEqualTo(vector(answer.at("/texts/0")));
        JsonNode alone = ask("{'texts':['a sunflower']}").json();
        assertThat(vector(alone.at("/texts/0"))).isEqualTo(vector(answer.at("/texts/1")));
    }

    @Test
    void embed_otherBodyForms_giveTheSame() {
        float[] expected = vector(ask("{'images':[{'base64':'FLOWER'}]}").json().at("/images/0"));

        Answer raw = client.raw("/embeddings", ServiceClient.FLOWER, "texts=a%20whale");
        Answer form = client.form(
                "/embeddings", new Form().file("image", ServiceClient.FLOWER).field("texts", "a whale"));

        assertThat(vector(raw.json().at("/images/0"))).isEqualTo(expected);
        assertThat(vector(form.json().at("/images/0"))).isEqualTo(expected);
        assertThat(vector(form.json().at("/texts/0")))
                .isEqualTo(vector(raw.json().at("/texts/0")));
    }

    @Test
    void embed_answer_saysWhereItComesFrom() {
        Answer answer = ask("{'texts':['a whale']}");

        JsonNode model = client.get("/models").json().at("/models/0");
        assertThat(answer.headers().firstValue("X-Model-Digest"))
                .hasValue(model.path("digest").asString());
        assertThat(answer.headers().firstValue("X-Preprocessing-Version"))
                .hasValue(model.path("preprocessing_version").asString());
        assertThat(answer.headers().firstValue("Server-Timing").orElseThrow()).contains("text;dur=");
    }

    @Test
    void embed_oneBadImageOfTwo_isAnErrorAmongTheOthers() {
        JsonNode images =
                ask("{'images':[{'base64':'AAAA'},{'base64':'FLOWER'}]}").json().path("images");

        assertThat(images.at("/0/error/type").asString()).isEqualTo("/problems/not-an-image");
        assertThat(vector(images.path(1))).isNotEmpty();
    }

    @Test
    void embed_longText_saysWhereItWasCut() {
        String longText = "word ".repeat(200).strip();
        int context =
                client.get("/models").json().at("/models/0/context_length").asInt();

        JsonNode text = ask("{'texts':['" + longText + "']}").json().at("/texts/0");
        Answer refused = ask("{'texts':['" + longText + "'],'truncate':false}");

        assertThat(text.path("truncated_to").asInt()).isEqualTo(context);
        assertThat(text.path("tokens").asInt()).isGreaterThan(200);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.detail()).contains("Text 'word word").contains("truncate is false");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{} ; 400 ; invalid-request ; neither images nor 'texts'",
                "{'images':[],'texts':[]} ; 400 ; invalid-request ; neither images nor 'texts'",
                "{'texts':['a',' ']} ; 400 ; invalid-texts ; Text 2 is blank",
                "{'texts':'a'} ; 400 ; invalid-request ; a list of strings",
                "{'texts':['<|endoftext|>']} ; 400 ; reserved-token ; endoftext",
                "{'texts':['a'],'dimensions':3} ; 400 ; unsupported-dimensions ; not a Matryoshka model",
                "{'texts':['a'],'dimensions':1.5} ; 400 ; invalid-request ; a whole number",
                "{'texts':['a'],'encoding_format':'int8'} ; 400 ; invalid-request ; float or base64",
                "{'texts':['a'],'labels':['b']} ; 400 ; invalid-request ; Unknown field 'labels'",
                "{'texts':['a'],'model':'x'} ; 404 ; unknown-model ; there is mini-clip",
                "{'images':[{'base64':'AAAA'}],'texts':['a']} ; 415 ; not-an-image ; image",
            })
    void embed_unusable_isRefusedWithAReason(String json, int status, String problem, String words) {
        Answer answer = ask(json);

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.problem()).isEqualTo(problem);
        assertThat(answer.detail()).containsIgnoringCase(words);
    }

    @Test
    void embed_theModelsOwnDimensions_areNoRefusal() {
        int dimension = client.get("/models").json().at("/models/0/dimension").asInt();

        assertThat(ask("{'texts':['a'],'dimensions':" + dimension + "}").status())
                .isEqualTo(200);
    }

    @Test
    void embed_tooManyTexts_areCountedBeforeAnyIsEncoded() {
        String[] texts = new String[10_001];
        Arrays.fill(texts, "a");

        Answer answer =
                client.json("/embeddings", JsonMapper.shared().writeValueAsString(Map.of("texts", List.of(texts))));

        assertThat(answer.problem()).isEqualTo("invalid-texts");
        assertThat(answer.detail()).isEqualTo("There are 10001 texts; at most 10000 are allowed in a request.");
    }
}
