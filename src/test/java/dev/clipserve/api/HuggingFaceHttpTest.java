package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.BundleCopy;
import dev.clipserve.ShippedModel;
import dev.clipserve.api.InferenceClient.Inferred;
import dev.clipserve.api.ServiceClient.Answer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** Hugging Face's dialect: what its clients send and have sent, and what none of them would. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "clipserve.models[mini-clip].path=models/mini-clip",
            "clipserve.models[example/mini-clip].path=models/mini-clip",
            "clipserve.default-model=mini-clip",
            "clipserve.limits.max-body-size=1MB",
            "clipserve.limits.max-labels=5",
            "clipserve.limits.max-prompts=4",
            "clipserve.limits.max-pairs=3"
        })
class HuggingFaceHttpTest {

    private static final String FLOWER = Base64.getEncoder().encodeToString(ServiceClient.FLOWER);
    private static final String LABELS = "['sunflower','motorcycle','whale']";
    private static final String NATIVE_LABELS = "labels=sunflower,motorcycle,whale";

    @TempDir
    private static Path sigmoid;

    @LocalServerPort
    private int port;

    private ServiceClient client;

    /** The model that ships, with a bias, which makes it one that scores each label by itself. */
    @DynamicPropertySource
    static void sigmoidModel(DynamicPropertyRegistry properties) throws IOException {
        BundleCopy.into(sigmoid);
        Path manifest = sigmoid.resolve("bundle.json");
        Files.writeString(
                manifest,
                Files.readString(manifest)
                        .replace("\"logit_bias\": null", "\"logit_bias\": -5.5")
                        .replace("\"scoring\": \"softmax\"", "\"scoring\": \"sigmoid\""));
        properties.add("clipserve.models.sigmoid.path", sigmoid::toString);
    }

    @BeforeEach
    void connect() {
        client = new ServiceClient(port);
    }

    private Answer ask(String model, String body) {
        return client.json("/models/" + model, body.replace('\'', '"').replace("FLOWER", FLOWER));
    }

    private Answer ask(String body) {
        return ask("mini-clip", body);
    }

    private static void assertError(Answer answer, int status, String words) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.json().propertyNames()).containsExactly("error");
        assertThat(answer.json().path("error").asString()).isNotBlank().contains(words);
    }

    private static void assertSame(Answer answer, Answer nativeAnswer, String field) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode predictions = nativeAnswer.json().at("/results/0/predictions");
        assertThat(answer.json().size()).isEqualTo(predictions.size()).isPositive();
        for (int i = 0; i < predictions.size(); i++) {
            JsonNode score = answer.json().path(i);
            assertThat(score.path("label").asString())
                    .isEqualTo(predictions.path(i).path("label").asString());
            assertThat(score.path("score").asDouble())
                    .isCloseTo(predictions.path(i).path(field).asDouble(), within(1e-6));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'inputs':'FLOWER','parameters':{'candidate_labels':" + LABELS + "}}",
                "{'inputs':'data:image/png;base64,FLOWER','parameters':{'candidate_labels':" + LABELS + "}}",
                "{'inputs':'FLOWER','parameters':{'candidate_labels':'sunflower, motorcycle,,whale, '}}",
                "{'inputs':{'image':'FLOWER'},'parameters':{'candidate_labels':" + LABELS
                        + "},'options':{'wait_for_model':true}}",
                "{'inputs':{'image':'FLOWER','candidateLabels':'sunflower,motorcycle,whale'}}",
                "{'image':'FLOWER','parameters':{'candidate_labels':'sunflower,motorcycle,whale'}}",
                "{'inputs':'FLOWER','parameters':{'candidate_labels':[' whale','sunflower ','motorcycle']}}",
            })
    void classify_everyShapeOfTheRequest_equalsTheNativeAnswer(String body) {
        String template = "&templates=" + ServiceClient.encode("This is a photo of {}.");

        assertSame(ask(body), client.raw(ServiceClient.FLOWER, NATIVE_LABELS + template), "probability");
    }

    @Test
    void classify_withATemplate_equalsTheNativeAnswer() {
        Answer answer = ask("{'inputs':'FLOWER','parameters':{'candidate_labels':" + LABELS
                + ",'hypothesis_template':'a photo of a {}.'}}");

        // The model's own template.
        assertSame(answer, client.raw(ServiceClient.FLOWER, NATIVE_LABELS), "probability");
        assertThat(answer.headers().firstValue("X-Model-Digest"))
                .contains(client.get("/models/mini-clip").json().path("digest").asString());
    }

    @Test
    void classify_nativeWithoutScoring_scoresAsTheModelWasTrained() {
        String query = NATIVE_LABELS + "&model=sigmoid";

        assertThat(client.raw(ServiceClient.FLOWER, query).json())
                .isEqualTo(client.raw(ServiceClient.FLOWER, query + "&scoring=independent")
                        .json())
                .isNotEqualTo(client.raw(ServiceClient.FLOWER, query + "&scoring=softmax")
                        .json());
        assertThat(client.get("/models/sigmoid").json().path("default_scoring").asString())
                .isEqualTo("independent");
        assertThat(client.get("/models/mini-clip")
                        .json()
                        .path("default_scoring")
                        .asString())
                .isEqualTo("softmax");
    }

    @Test
    void classify_aModelWithABias_scoresEachLabelByItself() {
        Answer answer = ask(
                "sigmoid",
                "{'inputs':'FLOWER','parameters':{'candidate_labels':" + LABELS + ",'hypothesis_template':'{}'}}");
        Answer nativeAnswer =
                client.raw(ServiceClient.FLOWER, NATIVE_LABELS + "&model=sigmoid&scoring=independent&templates=label");

        assertSame(answer, nativeAnswer, "probability");
        double similarity = nativeAnswer.prediction("whale").path("similarity").asDouble();
        assertThat(answer.json().path(2).path("score").asDouble())
                .isCloseTo(1 / (1 + Math.exp(5.5 - ShippedModel.LOGIT_SCALE * similarity)), within(1e-6));
    }

    /** The other dialect that has probabilities; its softmax over three labels would sum to 1. */
    @Test
    void infer_aModelWithABias_scoresEachLabelByItself() {
        String labels = LABELS.replace("[", "").replace("]", "");
        Inferred inferred = new InferenceClient(port)
                .json(
                        "sigmoid",
                        "{'inputs':[{'name':'images','shape':[1],'datatype':'BYTES','data':['" + FLOWER
                                + "']},{'name':'labels','shape':[3],'datatype':'BYTES','data':[" + labels + "]}]}");

        Answer classified = client.raw(ServiceClient.FLOWER, NATIVE_LABELS + "&model=sigmoid");
        float[] probabilities = inferred.output("probabilities");
        assertThat(probabilities)
                .containsExactly(
                        (float) classified.probability("sunflower"),
                        (float) classified.probability("motorcycle"),
                        (float) classified.probability("whale"));
        assertThat(probabilities[0] + probabilities[1] + probabilities[2]).isNotCloseTo(1f, within(0.001f));
    }

    @ParameterizedTest
    @ValueSource(strings = {"example/mini-clip", "example%2Fmini-clip"})
    void classify_modelWithASlashInItsName_isFoundEscapedOrNot(String model) {
        Answer answer = ask(model, "{'inputs':'FLOWER','parameters':{'candidate_labels':['sunflower']}}");

        assertThat(answer.json().at("/0/score").asDouble()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'parameters':{'candidate_labels':['a']}}                           | There is no image; give one, in 'inputs'",
                "{'inputs':null,'parameters':{'candidate_labels':['a']}}             | There is no image",
                "{'inputs':{},'parameters':{'candidate_labels':['a']}}               | There is no image",
                "{'inputs':'AA','image':'AA','parameters':{'candidate_labels':['a']}} | more than one image",
                "{'inputs':'AA'}                                                     | There is no list of labels; give one, in 'parameters.candidate_labels'",
                "{'inputs':{'image':'AA','candidateLabels':'a'},'parameters':{'candidate_labels':'a'}} | more than one list of labels",
                "{'inputs':7,'parameters':{'candidate_labels':['a']}}                | 'inputs' is the number 7",
                "{'inputs':['AA'],'parameters':{'candidate_labels':['a']}}           | 'inputs' is a list",
                "{'inputs':{'image':7},'parameters':{'candidate_labels':['a']}}      | 'image' is the number 7; it must be a string",
                "{'inputs':{'picture':'AA'}}                                         | Unknown field 'picture'",
                "{'inputs':'AA','parameters':['a']}                                  | 'parameters' is a list; it must be an object",
                "{'inputs':'AA','parameters':{'candidate_labels':7}}                 | a string or a list of strings",
                "{'inputs':'AA','parameters':{'candidate_labels':['a',7]}}           | a string or a list of strings",
                "{'inputs':'AA','parameters':{'candidate_labels':[]}}                | There are no labels",
                "{'inputs':'AA','parameters':{'candidate_labels':' , '}}             | There are no labels",
                "{'inputs':'AA','parameters':{'candidate_labels':['a','']}}          | Label 2 is blank",
                "{'inputs':'AA','parameters':{'candidate_labels':['a','b','a']}}     | 'a' is there twice, at places 1 and 3",
                "{'inputs':'AA','parameters':{'candidate_labels':'a,b,c,d,e,f'}}     | 6 labels; at most 5",
                "{'inputs':'AA','parameters':{'candidate_labels':',a, ,b,,c,d,e,f,'}} | 6 labels; at most 5",
                "{'inputs':'AA','parameters':{'candidate_labels':'a,b,c,d,e'}}       | 5 prompts; at most 4",
                "{'inputs':'AA','parameters':{'candidate_labels':['<\\u007cendoftext\\u007c>']}} | control token",
                "{'inputs':'AA','parameters':{'candidate_labels':['a'],'hypothesis_template':'default'}} | 'default' has no {}",
                "{'inputs':'AA','parameters':{'candidate_labels':['a'],'hypothesis_template':''}} | has no {} where the label goes",
                "{'inputs':'AA','parameters':{'candidate_labels':['a'],'hypothesis_template':1}} | it must be a string",
                "{'inputs':'AA','parameters':{'candidate_labels':['a'],'hypothesis_template':'{}{}{}{}{}'}} | 5 places {} for the label; at most 4",
                "{'inputs':'AA','parameters':{'candidate_labels':['a'],'multi_label':true}} | Unknown field 'multi_label'",
                "{'inputs':'AA','candidate_labels':['a']}                            | Unknown field 'candidate_labels'",
                "{'inputs':'A?','parameters':{'candidate_labels':['a']}}             | not valid base64",
                "{'inputs':'data:image/png,AA','parameters':{'candidate_labels':['a']}} | A data URI must look like",
                "{'inputs'                                                           | at line 1",
                "7                                                                   | must be a JSON object",
                "~~                                                                  | must be a JSON object",
            })
    void request_unusable_isRefusedByPlace(String body, String words) {
        assertError(ask(body), 400, words);
    }

    @Test
    void image_unusable_isRefusedByReason() {
        String request = "{'inputs':'%s','parameters':{'candidate_labels':['a','b']}}";
        byte[] half = Arrays.copyOf(ServiceClient.FLOWER, ServiceClient.FLOWER.length / 2);

        assertError(ask(request.formatted("https://example.org/a.png")), 403, "does not fetch");
        assertError(ask(request.formatted("HTTP://example.org/a.png")), 403, "does not fetch");
        assertError(ask(request.formatted("aGVsbG8=")), 415, "JPEG, PNG");
        assertError(ask(request.formatted(Base64.getEncoder().encodeToString(half))), 422, "PNG");
        assertError(ask(request.formatted("")), 422, "");
    }

    @Test
    void label_longerThanTheContext_isRefusedSinceTheAnswerCouldNotSayThatItWasCut() {
        Answer answer = ask("{'inputs':'FLOWER','parameters':{'candidate_labels':['a','" + "very ".repeat(99)
                + "'],'hypothesis_template':'{}'}}");

        assertError(answer, 422, "makes a prompt of 101 tokens; the model takes at most 77");
    }

    @Test
    void labels_moreThanAnAnswerMayHave_areRefusedWithTheLimit() {
        assertError(ask("{'inputs':'AA','parameters':{'candidate_labels':'a,b,c,d'}}"), 413, "4 pairs; at most 3");
    }

    @Test
    void body_overTheLimit_isRefusedInHuggingFacesWords() {
        String large = "{\"inputs\":\"" + "A".repeat(1_100_000) + "\"}";
        var unannounced = BodyPublishers.fromPublisher(BodyPublishers.ofString(large));

        assertError(client.json("/models/mini-clip", large), 413, "1048576");
        assertError(client.send(client.request("/models/mini-clip").POST(unannounced)), 413, "1048576");
    }

    @ParameterizedTest
    @ValueSource(strings = {"other", "openai/clip-vit-base-patch32", "mini-clip/pipeline/feature-extraction"})
    void model_unknown_isNotFound(String model) {
        assertError(ask(model, "{}"), 404, "There is no model '" + model + "'; there is ");
    }

    @Test
    void model_unnamed_isNotFound() {
        Answer answer = new RawExchange(port)
                .send("POST /models/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}");

        assertError(answer, 404, "There is no model ''");
    }

    @Test
    void body_thatBreaksOff_isAnErrorInHuggingFacesWords() {
        String head = "POST /models/mini-clip HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
        for (String request : List.of(
                head + "Content-Length: 1000\r\n\r\n{\"inputs\"", head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n")) {
            assertError(new RawExchange(port).send(request), 400, "");
        }
    }

    @Test
    void otherMethodsAndThePathAbove_areTheServicesOwn() {
        Answer missing = client.get("/models/other");
        Answer deleted = client.send(client.request("/models/mini-clip").DELETE());

        assertThat(missing.problem()).isEqualTo(ProblemType.UNKNOWN_MODEL.slug());
        assertThat(deleted.problem()).isEqualTo(ProblemType.METHOD_NOT_ALLOWED.slug());
        assertThat(client.json("/models", "{}").status()).isBetween(404, 405);
    }
}
