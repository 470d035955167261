package dev.clipserve.api;

import static dev.clipserve.api.ServiceClient.FLOWER;
import static dev.clipserve.api.ServiceClient.encode;
import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.api.ServiceClient.Form;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;

/** Every refusal: its type, its status, and that it says what was wrong, what is allowed, and where. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "clipserve.limits.max-body-size=1MB",
            "clipserve.limits.max-images=3",
            "clipserve.limits.max-labels=20",
            "clipserve.limits.max-prompts=1000",
            "clipserve.image.max-size=500KB",
            "clipserve.image.max-pixels=200000"
        })
@ExtendWith(OutputCaptureExtension.class)
class ErrorHttpTest {

    @LocalServerPort
    private int port;

    private ServiceClient client;

    @BeforeEach
    void connect() {
        client = new ServiceClient(port);
    }

    @AfterEach
    void stillAnswers() {
        assertThat(client.raw(FLOWER, "labels=sunflower,whale").probability("sunflower"))
                .isGreaterThan(0.9);
    }

    private static void assertProblem(Answer answer, ProblemType type, String... words) {
        assertThat(answer.problem()).isEqualTo(type.slug());
        assertThat(answer.status()).isEqualTo(type.status());
        assertThat(answer.json().path("status").asInt()).isEqualTo(type.status());
        assertThat(answer.detail()).isNotBlank();
        for (String word : words) {
            assertThat(answer.detail()).contains(word);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "top=1                               | no labels",
                "labels=                             | Label 1 is blank",
                "labels=cat,,dog                     | Label 2 is blank",
                "labels=cat,dog,%20cat               | 'cat' is there twice, at places 1 and 3",
                "labels=dog,cat&none_label=cat       | The none_label 'cat' is also label 2",
                "labels=cat&none_label=%20           | none_label is blank",
                "labels=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21 | 21 labels; at most 20",
                "labels=1,2,3,4,5,6,7,8,9,10,11,12,13&templates=openai-80     | 1040 prompts; at most 1000",
            })
    void labels_unusable_areRefusedByPlace(String query, String words) {
        assertProblem(client.raw(FLOWER, query), ProblemType.INVALID_LABELS, words);
    }

    @Test
    void labels_tooLong_areRefusedWithTheLimit() {
        assertProblem(
                client.raw(FLOWER, "labels=a,b," + "c".repeat(2_001)),
                ProblemType.INVALID_LABELS,
                "Label 3 has 2001 characters; at most 2000");
    }

    @Test
    void labels_halfASurrogatePair_areRefused() {
        assertProblem(
                client.json("{\"images\":[{\"base64\":\"AAAA\"}],\"labels\":[\"a\",\"\\ud83c\"]}"),
                ProblemType.INVALID_LABELS,
                "Label 2",
                "Unicode");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<|endoftext|>", "<|EndOfText|>", "a <|startoftext|> b"})
    void texts_withAControlToken_areRefused(String text) {
        assertProblem(
                client.raw(FLOWER, "labels=a&labels=" + encode(text)), ProblemType.RESERVED_TOKEN, "control token");
        assertProblem(
                client.raw(FLOWER, "labels=a,b&templates=" + encode(text + " {}")),
                ProblemType.RESERVED_TOKEN,
                "control token");
    }

    @ParameterizedTest
    @CsvSource({"a photo, no {} where the label goes", "openai-9, 'default, label, openai-7, openai-80'"})
    void templates_withoutAPlaceOrUnknown_areRefused(String template, String words) {
        assertProblem(
                client.raw(FLOWER, "labels=a,b&templates=" + encode(template)), ProblemType.INVALID_TEMPLATES, words);
    }

    @Test
    void templates_withManyPlaces_areRefusedWithTheLimit() {
        assertProblem(
                client.raw(FLOWER, "labels=a,b&templates=" + encode("{}{}{}{}{}")),
                ProblemType.INVALID_TEMPLATES,
                "'{}{}{}{}{}' has 5 places {} for the label; at most 4 are allowed.");
        assertProblem(
                client.json("{\"images\":[{\"base64\":\"AAAA\"}],\"labels\":[\"a\"],\"templates\":[\"label\",\""
                        + "{}".repeat(1_000) + "\"]}"),
                ProblemType.INVALID_TEMPLATES,
                "1000 places {} for the label; at most 4");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "top=0            | 'top' is 0; it must be at least 1",
                "top=1.5          | 'top' is '1.5'; it must be a whole number",
                "top=1&top=2      | given 2 times",
                "temperature=0    | between 0.001 and 1000",
                "temperature=NaN  | between 0.001 and 1000",
                "temperature=1e-320 | between 0.001 and 1000",
                "temperature=warm | a number",
                "threshold=2      | between 0 and 1",
                "threshold=NaN    | between 0 and 1",
                "threshold=-2&scoring=similarity | between -1 and 1",
                "truncate=yes     | true or false",
                "scoring=best     | softmax, independent, similarity",
                "lables=a         | Unknown field 'lables'; allowed are label_set, labels, model",
                "labels=%5B1%5D   | JSON array of strings",
            })
    void options_unusable_areRefusedByName(String query, String words) {
        String labels = query.startsWith("labels") ? "" : "labels=a,b&";
        assertProblem(client.raw(FLOWER, labels + query), ProblemType.INVALID_REQUEST, words);
    }

    @Test
    void options_theModelCannotDo_areRefused() {
        assertProblem(
                client.raw(FLOWER, "labels=a,b&scoring=independent"), ProblemType.UNSUPPORTED_SCORING, "no logit bias");
        assertProblem(client.raw(FLOWER, "labels=a,b&model=other"), ProblemType.UNKNOWN_MODEL, "there is mini-clip");
        assertProblem(
                client.raw(FLOWER, "truncate=false&labels=a," + "very+".repeat(100)),
                ProblemType.LABEL_TOO_LONG,
                "107 tokens; the model takes 77");
    }

    @Test
    void images_missing_areRefusedInEveryForm() {
        assertProblem(client.raw(new byte[0], "labels=a,b"), ProblemType.NO_IMAGE);
        assertProblem(client.form(new Form().field("labels", "a,b")), ProblemType.NO_IMAGE);
        assertProblem(client.json("{\"labels\":[\"a\"]}"), ProblemType.NO_IMAGE);
        assertProblem(client.json("{\"images\":[],\"labels\":[\"a\"]}"), ProblemType.NO_IMAGE);
    }

    @Test
    void images_tooMany_areRefusedWithTheLimit() {
        Form form = new Form().field("labels", "a,b");
        for (int i = 0; i < 4; i++) {
            form.file("image", FLOWER);
        }
        assertProblem(client.form(form), ProblemType.TOO_MANY_IMAGES, "4 images; at most 3");
    }

    @Test
    void images_unusable_areRefusedByReason() {
        assertProblem(
                client.form(new Form().file("image", new byte[0]).field("labels", "a,b")), ProblemType.EMPTY_IMAGE);
        assertProblem(
                client.raw("hello".getBytes(StandardCharsets.UTF_8), "labels=a,b"),
                ProblemType.NOT_AN_IMAGE,
                "JPEG, PNG");
        assertProblem(
                client.raw("<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes(StandardCharsets.UTF_8), "labels=a,b"),
                ProblemType.UNSUPPORTED_FORMAT,
                "SVG",
                "JPEG, PNG, GIF, WebP, BMP, TIFF");
        assertProblem(
                client.raw(Arrays.copyOf(FLOWER, FLOWER.length / 2), "labels=a,b"), ProblemType.CORRUPT_IMAGE, "PNG");
    }

    @Test
    void images_overALimit_areRefusedBeforeDecoding() {
        // The header of the picture, with another width: 100,000 × 320 pixels that are not there.
        byte[] wide = FLOWER.clone();
        wide[17] = 1;
        wide[18] = (byte) 0x86;
        wide[19] = (byte) 0xA0;
        var crc = new CRC32();
        crc.update(wide, 12, 17);
        ByteBuffer.wrap(wide).putInt(29, (int) crc.getValue());

        assertProblem(client.raw(wide, "labels=a,b"), ProblemType.TOO_MANY_PIXELS, "32,000,000 pixels", "200,000");
        assertProblem(
                client.raw(Arrays.copyOf(FLOWER, 600_000), "labels=a,b"),
                ProblemType.IMAGE_TOO_LARGE,
                "600,000 bytes; at most 512,000");
    }

    @Test
    void body_overTheLimit_isRefusedInEveryForm() {
        byte[] large = Arrays.copyOf(FLOWER, 2_000_000);

        assertProblem(client.raw(large, "labels=a,b"), ProblemType.BODY_TOO_LARGE, "1048576");
        assertProblem(client.form(new Form().file("image", large)), ProblemType.BODY_TOO_LARGE, "1048576");
        assertProblem(
                client.post(
                        "application/octet-stream",
                        BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(large)),
                        "labels=a,b"),
                ProblemType.BODY_TOO_LARGE,
                "1048576");
        assertProblem(
                client.json("{\"images\":[{\"base64\":\"" + Base64.getEncoder().encodeToString(large) + "\"}]}"),
                ProblemType.BODY_TOO_LARGE,
                "1048576");
    }

    @Test
    void body_whereNoneIsTaken_isRefused() {
        Answer answer = client.form("/problems", new Form().file("image", FLOWER));

        assertProblem(answer, ProblemType.BODY_TOO_LARGE, "takes no body");
    }

    @Test
    void form_withTooManyParts_isRefusedWithTheLimit() {
        Form form = new Form().file("image", FLOWER);
        for (int i = 0; i < 200; i++) {
            form.field("labels", "label " + i);
        }
        assertProblem(client.form(form), ProblemType.BODY_TOO_LARGE, "parts");
    }

    @Test
    void form_brokenOrMisspelt_isRefused() {
        assertProblem(
                client.post("multipart/form-data", BodyPublishers.ofString("abc"), "labels=a"),
                ProblemType.INVALID_REQUEST,
                "multipart/form-data");
        assertProblem(
                client.form(new Form().file("images", FLOWER).field("labels", "a,b")),
                ProblemType.INVALID_REQUEST,
                "Unknown field 'images'; allowed are image, label_set, labels");
        assertProblem(
                client.form(new Form().file("image", FLOWER).field("labels", new byte[] {(byte) 0xC3, 0x28})),
                ProblemType.INVALID_REQUEST,
                "'labels' is not UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"labels\":[\"a\"],}                                      | malformed-json  | at line 1, column 17",
                "{\"labels\":[\"a\"],\"labels\":[\"b\"]}                    | malformed-json  | Duplicate",
                "{\"labels\":[\"a\"]} x                                     | malformed-json  | line 1",
                "[1]                                                        | invalid-request | a list; it must be a JSON object",
                "{\"images\":[{\"base64\":\"AAAA\"}],\"labels\":\"a\"} | invalid-request | 'labels' is a string; it must be a list of strings",
                "{\"lables\":[\"a\"]}                                       | invalid-request | Unknown field 'lables'",
                "{\"images\":[\"AAAA\"],\"labels\":[\"a\"]}                 | invalid-request | must be a JSON object",
                "{\"images\":[{}],\"labels\":[\"a\"]}                       | invalid-request | either 'base64' or 'url'",
                "{\"images\":[{\"base64\":1}],\"labels\":[\"a\"]}           | invalid-request | 'base64' is the number 1",
                "{\"images\":[{\"base64\":\"A?\"}],\"labels\":[\"a\"]}      | invalid-base64  | base64",
                "{\"images\":[{\"url\":\"data:image/png,x\"}],\"labels\":[\"a\"]} | invalid-base64 | data:image/jpeg;base64",
                "{\"images\":[{\"url\":\"http://[::1]/\"}],\"labels\":[\"a\"]}    | url-not-allowed | does not fetch",
                "{\"images\":[{\"base64\":\"AAAA\"}],\"labels\":[\"a\"],\"top\":1e3} | invalid-request | a whole number",
            })
    void json_unusable_isRefusedByPlace(String body, String type, String words) {
        Answer answer = client.json(body);

        assertThat(answer.problem()).isEqualTo(type);
        assertThat(answer.detail()).contains(words);
    }

    @Test
    void json_ofManyTinyThings_isRefusedWithTheLimit() {
        // 20 labels, 100 templates, 3 images of 4 tokens, and 2,000 others
        assertProblem(
                client.json("{\"images\":[" + "{},".repeat(2_000) + "{}],\"labels\":[\"a\"]}"),
                ProblemType.MALFORMED_JSON,
                "exceeds the maximum allowed (2132)");
    }

    @Test
    void json_withFieldsInTheQuery_isRefused() {
        Answer answer = client.post("application/json", BodyPublishers.ofString("{}"), "labels=a");

        assertProblem(answer, ProblemType.INVALID_REQUEST, "not into the query: labels");
    }

    @Test
    void service_wrongPathMethodOrAccept_isAProblem() {
        Answer method = client.send(client.request("/classify").DELETE());

        assertProblem(method, ProblemType.METHOD_NOT_ALLOWED, "DELETE is not allowed here; allowed are [POST]");
        assertThat(method.headers().firstValue("Allow")).contains("POST");
        assertProblem(client.get("/nowhere"), ProblemType.NOT_FOUND, "nothing at /nowhere");
        assertProblem(client.get("/problems/no-such"), ProblemType.NOT_FOUND, "no-such");
        assertProblem(
                client.send(client.request("/classify?labels=a,b")
                        .header("Accept", "text/html")
                        .POST(BodyPublishers.ofByteArray(FLOWER))),
                ProblemType.NOT_ACCEPTABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /cl assify HTTP/1.1", "GET /%zz HTTP/1.1"})
    void container_refusesByItself_inAProblem(String line) throws IOException {
        String answer = raw(line + "\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .contains(MediaType.APPLICATION_PROBLEM_JSON_VALUE, "\"type\":\"/problems/invalid-request\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/label-sets/cifar-10/status?model=%zz", "/actuator/health/liveness?%zz"})
    void container_queryThatItCannotRead_isAProblem(String path) throws IOException {
        String answer = raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .contains(MediaType.APPLICATION_PROBLEM_JSON_VALUE, "The query could not be read");
    }

    @Test
    void container_headerTooLong_isAProblem() throws IOException {
        String answer = raw("GET /x?" + "y".repeat(100_000) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400").contains(MediaType.APPLICATION_PROBLEM_JSON_VALUE, "too long");
    }

    @Test
    void client_leavingInTheMiddleOfABody_isNoErrorOfTheService(CapturedOutput output) throws IOException {
        String half =
                "POST /classify?labels=a,b HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 9999\r\n\r\nhalf";
        try (Socket socket = new Socket("localhost", port)) {
            socket.getOutputStream().write(half.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            // The service closes the connection once it has noticed.
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .doesNotContain("internal-error");
        }
        assertThat(output).doesNotContain("/classify failed");
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("localhost", port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
