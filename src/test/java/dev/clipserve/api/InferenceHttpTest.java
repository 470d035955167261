package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.api.InferenceClient.Inferred;
import dev.clipserve.api.ServiceClient.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Base64;
import java.util.Collections;
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
import tools.jackson.databind.json.JsonMapper;

/** The Open Inference Protocol in JSON: health, metadata, and the numbers of the native contract. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class InferenceHttpTest {

    private static final String FLOWER = Base64.getEncoder().encodeToString(ServiceClient.FLOWER);
    private static final String IMAGE = "{'name':'images','shape':[1],'datatype':'BYTES','data':['" + FLOWER + "']}";
    private static final List<String> LABELS = List.of("whale", "sunflower", "motorcycle");

    @LocalServerPort
    private int port;

    private ServiceClient client;
    private InferenceClient inference;

    @BeforeEach
    void connect() {
        client = new ServiceClient(port);
        inference = new InferenceClient(port);
    }

    private static String strings(String input, List<String> texts) {
        return "{'name':'" + input + "','shape':[" + texts.size() + "],'datatype':'BYTES','data':"
                + JsonMapper.shared().writeValueAsString(texts) + "}";
    }

    private static String inputs(String... inputs) {
        return "{'inputs':[" + String.join(",", inputs) + "]}";
    }

    @Test
    void server_ready_saysSoAndWhatItIs() {
        assertThat(client.get("/v2/health/live").json().path("live").asBoolean())
                .isTrue();
        assertThat(client.get("/v2/health/ready").json().path("ready").asBoolean())
                .isTrue();
        JsonNode server = client.get("/v2").json();
        assertThat(server.path("name").asString()).isEqualTo("ClipServe");
        assertThat(server.at("/extensions/0").asString()).isEqualTo("binary_tensor_data");
    }

    @ParameterizedTest
    @CsvSource({
        "mini-clip, 'images labels', 'probabilities similarity', '[-1,-1]'",
        "mini-clip-image-encoder, images, image_embeds, '[-1,128]'",
        "mini-clip-text-encoder, texts, text_embeds, '[-1,128]'",
    })
    void model_described_namesItsTensors(String name, String inputs, String outputs, String shape) {
        JsonNode model = client.get("/v2/models/" + name).json();

        assertThat(model.path("name").asString()).isEqualTo(name);
        assertThat(names(model.path("inputs"))).containsExactly(inputs.split(" "));
        assertThat(names(model.path("outputs"))).containsExactly(outputs.split(" "));
        assertThat(model.path("inputs"))
                .allSatisfy(
                        input -> assertThat(input.path("datatype").asString()).isEqualTo("BYTES"));
        assertThat(model.path("outputs"))
                .allSatisfy(output -> assertThat(output.path("shape")).hasToString(shape));
        assertThat(client.get("/v2/models/" + name + "/versions/1").json()).isEqualTo(model);
        assertThat(client.get("/v2/models/" + name + "/ready")
                        .json()
                        .path("ready")
                        .asBoolean())
                .isTrue();
        assertThat(client.get("/v2/models/" + name + "/versions/1/ready").status())
                .isEqualTo(200);
    }

    private static List<String> names(JsonNode tensors) {
        return tensors.valueStream()
                .map(tensor -> tensor.path("name").asString())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"ready\":true}", "{\"ready\":false}"})
    void index_asked_listsEveryRole(String body) {
        JsonNode index = client.json("/v2/repository/index", body).json();

        assertThat(names(index)).containsExactly("mini-clip", "mini-clip-image-encoder", "mini-clip-text-encoder");
        assertThat(index.at("/0/state").asString()).isEqualTo("READY");
    }

    @Test
    void infer_imageAndLabels_areTheNumbersOfClassify() {
        Inferred inferred = inference.json("mini-clip", inputs(IMAGE, strings("labels", LABELS)));

        Answer classified = client.raw(ServiceClient.FLOWER, "labels=whale,sunflower,motorcycle");
        for (int i = 0; i < LABELS.size(); i++) {
            JsonNode prediction = classified.prediction(LABELS.get(i));
            assertThat(inferred.output("similarity")[i])
                    .isEqualTo(prediction.path("similarity").floatValue());
            assertThat(inferred.output("probabilities")[i])
                    .isEqualTo(prediction.path("probability").floatValue());
        }
        assertThat(inferred.json().at("/outputs/0/shape")).hasToString("[1,3]");
        assertThat(inferred.json().has("id")).isFalse();
        assertThat(inferred.json().path("model_version").asString()).isEqualTo("1");
    }

    @Test
    void infer_encoders_areTheNumbersOfEmbeddings() {
        List<String> texts = List.of("a photo of a whale.", "größer", "a photo of a whale.");
        Inferred image = inference.json("mini-clip-image-encoder", inputs(IMAGE));
        Inferred text = inference.json("mini-clip-text-encoder/versions/1", inputs(strings("texts", texts)));

        JsonNode embedded = client.json(
                        "/embeddings",
                        "{\"images\":[{\"base64\":\"" + FLOWER + "\"}],\"texts\":"
                                + JsonMapper.shared().writeValueAsString(texts) + "}")
                .json();
        assertThat(image.output("image_embeds")).isEqualTo(vectors(embedded.path("images")));
        assertThat(text.output("text_embeds")).isEqualTo(vectors(embedded.path("texts")));
        assertThat(text.json().at("/outputs/0/shape")).hasToString("[3,128]");
    }

    /** The embeddings of a native answer, one after the other. */
    private static float[] vectors(JsonNode entries) {
        List<JsonNode> numbers = entries.valueStream()
                .flatMap(entry -> entry.path("embedding").valueStream())
                .toList();
        float[] floats = new float[numbers.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = numbers.get(i).floatValue();
        }
        return floats;
    }

    @Test
    void infer_outputs_areThoseAskedForInTheirOrder() {
        String tensors = "{'id':'%s','inputs':[" + strings("labels", LABELS) + "," + IMAGE + "],'outputs':[%s]}";
        Inferred one = inference.json("mini-clip", tensors.formatted("7/ü", "{'name':'similarity'}"));
        Inferred both = inference.json(
                "mini-clip", tensors.formatted("", "{'name':'similarity','parameters':{}},{'name':'probabilities'}"));
        Inferred all = inference.json("mini-clip", tensors.formatted("", ""));

        assertThat(one.outputs()).containsOnlyKeys("similarity");
        assertThat(one.json().path("id").asString()).isEqualTo("7/ü");
        assertThat(List.copyOf(both.outputs().keySet())).containsExactly("similarity", "probabilities");
        assertThat(List.copyOf(all.outputs().keySet())).containsExactly("probabilities", "similarity");
        assertThat(both.output("similarity")).isEqualTo(one.output("similarity"));
    }

    @Test
    void infer_longText_isCutAndCountedOrRefused() {
        String texts = "'inputs':[" + strings("texts", List.of("short", "long ".repeat(200))) + "]}";
        Inferred cut = inference.json("mini-clip-text-encoder", "{" + texts);
        Inferred refused = inference.json("mini-clip-text-encoder", "{'parameters':{'truncate':false}," + texts);

        assertThat(cut.json().at("/parameters/truncated_texts").asInt()).isEqualTo(1);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.error()).contains("truncate is false");
        Inferred label = inference.json(
                "mini-clip",
                "{'parameters':{'truncate':false},'inputs':[" + IMAGE + ","
                        + strings("labels", List.of("long ".repeat(200))) + "]}");
        assertThat(label.status()).isEqualTo(422);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'inputs':[]} | needs images, labels; missing: images, labels
            {} | missing: images, labels
            [] | The body is an empty list; it must be a JSON object
            {'inputs':[IMAGE]} | missing: labels
            {'inputs':[IMAGE,IMAGE]} | Input 'images' is there twice
            {'inputs':[IMAGE],'input':[]} | Unknown field 'input'; allowed are id, inputs, model_name
            {'inputs':[{'name':'pixels','shape':[1],'datatype':'BYTES','data':['a']}]} | Input 1: Model 'mini-clip' has no input 'pixels'; it has images, labels
            {'inputs':[IMAGE,{'shape':[1],'datatype':'BYTES','data':['a']}]} | Input 2: Field 'name' is missing
            {'inputs':[{'name':'labels','datatype':'BYTES','data':['a']}]} | Field 'shape' is missing
            {'inputs':[{'name':'labels','shape':[1],'data':['a']}]} | Field 'datatype' is missing
            {'inputs':[{'name':'labels','shape':[1],'datatype':'FP32','data':['a']}]} | Field 'datatype' is 'FP32'; it must be BYTES
            {'inputs':[{'name':'labels','shape':[1,1],'datatype':'BYTES','data':['a']}]} | Field 'shape' is of 2 dimensions; it must be of one, such as [2]
            {'inputs':[{'name':'labels','shape':[],'datatype':'BYTES','data':['a']}]} | of 0 dimensions
            {'inputs':[{'name':'labels','shape':[2],'datatype':'BYTES','data':['a']}]} | The shape is [2], but 'data' has 1 strings
            {'inputs':[{'name':'labels','shape':[-1],'datatype':'BYTES','data':['a']}]} | has -1 elements by its shape; it must have between 1 and 10000
            {'inputs':[{'name':'labels','shape':[0],'datatype':'BYTES','data':[]}]} | has 0 elements by its shape
            {'inputs':[{'name':'labels','shape':[10001],'datatype':'BYTES','data':['a']}]} | between 1 and 10000
            {'inputs':[{'name':'labels','shape':[99999999999],'datatype':'BYTES','data':['a']}]} | a list of whole numbers up to 2147483647
            {'inputs':[{'name':'labels','shape':[1.5],'datatype':'BYTES','data':['a']}]} | a list of whole numbers
            {'inputs':[{'name':'labels','shape':[1],'datatype':'BYTES','data':[1]}]} | Field 'data' is a list; it must be a list of strings
            {'inputs':[{'name':'labels','shape':[1],'datatype':'BYTES'}]} | either 'data' or the parameter 'binary_data_size'
            {'inputs':[{'name':'labels','shape':[1],'datatype':'BYTES','parameters':{'binary_data_size':5},'data':['a']}]} | either 'data' or
            {'inputs':[IMAGE,{'name':'labels','shape':[1],'datatype':'BYTES','parameters':{'binary_data_size':5}}]} | the header Inference-Header-Content-Length is missing
            {'inputs':[{'name':'labels','shape':[1],'datatype':'BYTES','parameters':{'shared_memory_region':'r','shared_memory_byte_size':9}}]} | Shared memory is not supported
            {'inputs':[{'name':'labels','shape':[1],'datatype':'BYTES','parameters':{'content_type':'base64'},'data':['a']}]} | Field 'content_type' is 'base64'; it must be 'str'
            {'inputs':[{'name':'labels','shape':[1],'datatype':'BYTES','parameters':{'size':1},'data':['a']}]} | In 'parameters': Unknown field 'size'; allowed are binary_data_size, content_type
            {'inputs':[IMAGE,{'name':'labels','shape':[2],'datatype':'BYTES','data':['a','a']}]} | Label 'a' is there twice
            {'inputs':[IMAGE,{'name':'labels','shape':[1],'datatype':'BYTES','data':[' ']}]} | Label 1 is blank
            {'inputs':[IMAGE],'outputs':[{'name':'logits'}]} | has no output 'logits'; it has probabilities, similarity
            {'inputs':[IMAGE],'outputs':[{}]} | An element of 'outputs' has no 'name'
            {'inputs':[IMAGE],'outputs':[{'name':'similarity'},{'name':'similarity'}]} | Output 'similarity' is there twice
            {'inputs':[IMAGE],'outputs':[{'name':'similarity','parameters':{'classification':3}}]} | Unknown field 'classification'; allowed are binary_data
            {'inputs':[IMAGE],'outputs':[{'name':'similarity','parameters':{'shared_memory_region':'r'}}]} | Shared memory
            {'inputs':[IMAGE],'parameters':{'sequence_id':3}} | Unknown field 'sequence_id'; allowed are binary_data_output, truncate
            {'inputs':[IMAGE],'parameters':{'binary_data_output':1}} | Field 'binary_data_output' is the number 1; it must be true or false
            {'inputs':[IMAGE],'id':7} | Field 'id' is the number 7; it must be a string
            {'inputs':[IMAGE],'id':'\\ud800'} | Field 'id' is not valid Unicode
            {'inputs':[IMAGE] | The body is not valid JSON
            """)
    void infer_requestThatIsNone_isRefusedWithWhatIsAllowed(String request, String message) {
        Inferred refused = inference.json("mini-clip", request.replace("IMAGE", IMAGE));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error()).contains(message);
    }

    @Test
    void infer_badImage_isTheAnswerAndNamed() {
        Inferred notAnImage = inference.json(
                "mini-clip-image-encoder",
                "{'inputs':[{'name':'images','shape':[3],'datatype':'BYTES','data':['" + FLOWER
                        + "','AAAA','====']}]}");
        Inferred notBase64 = inference.json(
                "mini-clip-image-encoder",
                "{'inputs':[{'name':'images','shape':[1],'datatype':'BYTES','data':['-']}]}");

        assertThat(notAnImage.status()).isEqualTo(415);
        assertThat(notAnImage.error()).startsWith("Image 2: The bytes are not an image");
        assertThat(notBase64.status()).isEqualTo(400);
        assertThat(notBase64.error()).startsWith("Image 1: The image is not valid base64");
    }

    @Test
    void infer_moreThanTheLimits_isRefused() {
        String images = strings("images", Collections.nCopies(65, "AAAA"));
        Inferred tooMany = inference.json("mini-clip-image-encoder", inputs(images));
        Inferred tooLong =
                inference.json("mini-clip-text-encoder", inputs(strings("texts", List.of("fine", "x".repeat(2001)))));
        List<String> labels =
                IntStream.range(0, 5_000).mapToObj(i -> "label " + i).toList();
        Inferred tooManyPairs = inference.json(
                "mini-clip", inputs(strings("images", Collections.nCopies(21, "AAAA")), strings("labels", labels)));

        assertThat(tooMany.status()).isEqualTo(413);
        assertThat(tooMany.error()).contains("65 elements").contains("between 1 and 64");
        assertThat(tooLong.status()).isEqualTo(400);
        assertThat(tooLong.error()).isEqualTo("Text 2 has 2001 characters; at most 2000 are allowed.");
        assertThat(tooManyPairs.status()).isEqualTo(413);
        assertThat(tooManyPairs.error()).contains("make 105000 pairs");
    }

    @Test
    void infer_compressedBody_isRefused() {
        Inferred refused = inference.send(inference
                .request("mini-clip")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofString("{}")));
        Inferred read = inference.send(inference
                .request("mini-clip")
                .header("Content-Encoding", "identity")
                .POST(BodyPublishers.ofString("{}")));

        assertThat(refused.status()).isEqualTo(415);
        assertThat(refused.error()).contains("content encoding 'gzip'");
        assertThat(read.status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v2/models/none, 404, there is mini-clip",
        "GET, /v2/models/open/clip, 404, There is no model 'open/clip'",
        "GET, /v2/models/mini-clip/versions/2, 404, has no version '2'; there is 1",
        "GET, /v2/models/mini-clip/versions/2/ready, 404, has no version '2'",
        "GET, /v2/models/none/ready, 404, There is no model 'none'",
        "POST, /v2/models/none/infer, 404, There is no model 'none'",
        "POST, /v2/models/mini-clip/versions/0/infer, 404, has no version '0'",
        "GET, /v2/models, 404, There is nothing at /v2/models",
        "GET, /v2/models/, 404, There is nothing at /v2/models/",
        "GET, /v2/nothing, 404, There is nothing at /v2/nothing",
        "POST, /v2/repository/models/mini-clip/load, 404, There is nothing at",
        "GET, /v2/models/mini-clip/infer, 405, GET is not allowed here; allowed are [POST]",
        "POST, /v2/models/mini-clip/ready, 405, POST is not allowed here; allowed are [GET]",
        "POST, /v2/models/mini-clip, 405, allowed are [GET]",
        "DELETE, /v2/models/mini-clip, 405, DELETE is not allowed",
        "POST, /v2, 405, POST is not allowed here",
    })
    void path_thatIsNone_isAnErrorInTheProtocolsWords(String method, String path, int status, String message) {
        Answer answer = client.send(client.request(path).method(method, BodyPublishers.noBody()));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.json().propertyNames()).containsExactly("error");
        assertThat(answer.json().path("error").asString()).contains(message);
    }

    @Test
    void index_badRequest_isRefused() {
        assertThat(client.json("/v2/repository/index", "{\"all\":true}")
                        .json()
                        .path("error")
                        .asString())
                .contains("Unknown field 'all'; allowed are ready");
    }
}
