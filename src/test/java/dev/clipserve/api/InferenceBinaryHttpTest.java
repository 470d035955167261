package dev.clipserve.api;

import static dev.clipserve.api.InferenceClient.concatenate;
import static dev.clipserve.api.InferenceClient.elements;
import static dev.clipserve.api.InferenceClient.littleEndian;
import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.api.InferenceClient.Inferred;
import dev.clipserve.api.ServiceClient.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
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

/** Triton's binary tensors: the same numbers as in JSON, and whatever is broken a refusal in the protocol's words. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ExtendWith(OutputCaptureExtension.class)
class InferenceBinaryHttpTest {

    private static final long SEED = 20_261_124;
    private static final int ROUNDS = 400;
    private static final byte[] IMAGE = elements(ServiceClient.FLOWER);
    private static final byte[] LABELS = elements("whale", "sunflower");

    @LocalServerPort
    private int port;

    private InferenceClient inference;

    @BeforeEach
    void connect() {
        inference = new InferenceClient(port);
    }

    @AfterEach
    void nothingFailed(CapturedOutput output) {
        assertThat(output).doesNotContain("ERROR");
    }

    private static String input(String name, int count, int size) {
        return "{'name':'" + name + "','shape':[" + count + "],'datatype':'BYTES','parameters':{'binary_data_size':"
                + size + "}}";
    }

    private static String zeroShot() {
        return "'inputs':[" + input("images", 1, IMAGE.length) + "," + input("labels", 2, LABELS.length) + "]";
    }

    private Inferred texts(int count, int size, byte[] data) {
        return inference.binary("mini-clip-text-encoder", "{'inputs':[" + input("texts", count, size) + "]}", data);
    }

    @Test
    void infer_binary_isWhatJsonIs() {
        Inferred json = inference.json(
                "mini-clip",
                "{'inputs':[{'name':'images','shape':[1],'datatype':'BYTES','data':['"
                        + Base64.getEncoder().encodeToString(ServiceClient.FLOWER)
                        + "']},{'name':'labels','shape':[2],'datatype':'BYTES','data':['whale','sunflower']}]}");
        Inferred binary = inference.binary(
                "mini-clip", "{'parameters':{'binary_data_output':true}," + zeroShot() + "}", IMAGE, LABELS);
        Inferred mixed = inference.binary(
                "mini-clip",
                "{" + zeroShot() + ",'outputs':[{'name':'similarity','parameters':{'binary_data':true}},"
                        + "{'name':'probabilities'}]}",
                IMAGE,
                LABELS);

        assertThat(binary.output("probabilities"))
                .isEqualTo(json.output("probabilities"))
                .hasSize(2);
        assertThat(binary.output("similarity")).isEqualTo(json.output("similarity"));
        assertThat(mixed.output("probabilities")).isEqualTo(json.output("probabilities"));
        assertThat(mixed.output("similarity")).isEqualTo(json.output("similarity"));
        assertThat(mixed.json().at("/outputs/0/parameters/binary_data_size").asInt())
                .isEqualTo(2 * Float.BYTES);
        assertThat(mixed.json().at("/outputs/1").has("parameters")).isFalse();
    }

    @Test
    void infer_inputsInAnotherOrder_haveTheirDataInThatOrder() {
        String json = "{'inputs':[" + input("labels", 2, LABELS.length) + "," + input("images", 1, IMAGE.length) + "]}";

        assertThat(inference.binary("mini-clip", json, LABELS, IMAGE).status()).isEqualTo(200);
        Inferred exchanged = inference.binary("mini-clip", json, IMAGE, LABELS);
        assertThat(exchanged.status()).isEqualTo(400);
        assertThat(exchanged.error()).contains("element 1 of input 'labels' has " + ServiceClient.FLOWER.length);
    }

    @Test
    void infer_binaryAndJsonInputs_together() {
        Inferred inferred = inference.binary(
                "mini-clip",
                "{'inputs':[" + input("images", 1, IMAGE.length)
                        + ",{'name':'labels','shape':[2],'datatype':'BYTES','data':['whale','sunflower']}]}",
                IMAGE);

        assertThat(inferred.output("probabilities")[1]).isGreaterThan(0.99f);
    }

    @Test
    void infer_elementsThatDoNotFit_areNamed() {
        byte[] two = elements("ab", "cd");

        assertThat(texts(2, two.length, two).status()).isEqualTo(200);
        assertRefused(texts(1, two.length, two), "binary_data_size of 12 is 6 bytes more than they take");
        assertRefused(texts(3, two.length, two), "The binary_data_size of 12 ends before element 3 of input 'texts'");
        assertRefused(
                texts(2, two.length - 1, two),
                "element 2 of input 'texts' has 2 bytes, but of the binary_data_size of 11 only 1 are left");
        assertRefused(texts(2, two.length + 1, two), "is 1 bytes more than they take");
        assertRefused(texts(2, -1, two), "Field 'binary_data_size' is -1; it must be a number of bytes");
        assertRefused(texts(2, two.length, Arrays.copyOf(two, 11)), "The body ends within element 2 of input 'texts'");
        assertRefused(texts(2, two.length, Arrays.copyOf(two, 13)), "The body goes on behind the last input");
        assertRefused(texts(1, 4, littleEndian(0)), "Text 1 is blank");
        assertRefused(
                texts(1, Integer.MAX_VALUE, littleEndian(-1)),
                "has 4294967295 bytes, but of the binary_data_size of 2147483647 only 2147483643 are left");
        assertRefused(
                texts(1, Integer.MAX_VALUE, littleEndian(Integer.MAX_VALUE - 4)), "The body ends within element 1");
        assertRefused(texts(1, 5, elements(new byte[] {(byte) 0xff})), "Element 1 of input 'texts' is not UTF-8");
    }

    private static void assertRefused(Inferred refused, String message) {
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error()).contains(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "", "x", "1.5", "0x10", "99999999999999999999", "999999999", "5", "٣"})
    void infer_lengthOfTheJsonThatIsNone_isRefused(String length) {
        Answer answer = new RawExchange(port)
                .send(("POST /v2/models/mini-clip/infer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                                + InferenceClient.JSON_LENGTH + ": " + length
                                + "\r\nContent-Length: 13\r\n\r\n{\"inputs\":[]}")
                        .getBytes(StandardCharsets.UTF_8));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().propertyNames()).containsExactly("error");
    }

    @ParameterizedTest
    @CsvSource({
        "'Content-Length: 1000', abc, 400, The request could not be read",
        "'Transfer-Encoding: chunked', zz, 400, The request could not be read",
        "'Content-Length: 99999999999', '', 413, The body is larger than",
        "'Transfer-Encoding: gzip', '', 501, ",
    })
    void infer_bodyThatCannotBe_isAnErrorInTheProtocolsWords(String header, String body, int status, String message) {
        Answer answer = new RawExchange(port)
                .send("POST /v2/models/mini-clip/infer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + header
                        + "\r\n\r\n" + body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        if (message != null) {
            assertThat(answer.json().path("error").asString()).startsWith(message);
        }
    }

    /** One of a few faults, or several of them, in a request that was right. */
    @Test
    void infer_damagedRequests_areAnsweredOrRefusedAndNeverFail() {
        Random random = new Random(SEED);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] small = elements(random.nextBoolean() ? ServiceClient.FLOWER : new byte[random.nextInt(40)]);
            byte[] head = ("{" + zeroShot().replace(String.valueOf(IMAGE.length), String.valueOf(small.length)) + "}")
                    .replace('\'', '"')
                    .getBytes(StandardCharsets.UTF_8);
            byte[] body = damage(concatenate(head, small, LABELS), head.length, random);
            int length = random.nextInt(4) == 0 ? random.nextInt(body.length + 20) : head.length;
            Inferred inferred = inference.send(inference
                    .request("mini-clip")
                    .header(InferenceClient.JSON_LENGTH, String.valueOf(length))
                    .POST(BodyPublishers.ofByteArray(body)));
            assertThat(inferred.status())
                    .as("round %s: %s", round, inferred.json())
                    .isIn(200, 400, 413, 415, 422);
            if (inferred.status() != 200) {
                assertThat(inferred.error()).isNotBlank().doesNotContain("Exception", "java.");
                refused++;
            }
        }
        assertThat(refused).as("refused of %s", ROUNDS).isBetween(ROUNDS / 2, ROUNDS - 1);
    }

    private static byte[] damage(byte[] body, int head, Random random) {
        byte[] damaged = body.clone();
        switch (random.nextInt(5)) {
            case 0 -> damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
            case 1 -> damaged = Arrays.copyOf(damaged, damaged.length + 1 + random.nextInt(20));
            case 2 -> System.arraycopy(littleEndian(random.nextInt()), 0, damaged, head, Integer.BYTES);
            case 3 -> damaged[random.nextInt(head)] = (byte) random.nextInt(256);
            default -> damaged[damaged.length - 1 - random.nextInt(LABELS.length)] = (byte) random.nextInt(256);
        }
        return damaged;
    }
}
