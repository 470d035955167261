package dev.clipserve.api;

import static dev.clipserve.api.ServiceClient.FLOWER;
import static dev.clipserve.api.ServiceClient.encode;
import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.api.ServiceClient.Form;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Numbers that are none, or too much, are refused in every body form; the same number means the same in each. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class NumberFieldsHttpTest {

    @LocalServerPort
    private int port;

    static Stream<Arguments> oddNumbers() {
        var values = List.of(
                "NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e-400", "-5", "9".repeat(400), "1d", "0x1p3", "٣",
                "", "1,5", "--1", "1e", "null ", "true");
        return Stream.of("temperature", "top", "threshold")
                .flatMap(field -> values.stream().map(value -> Arguments.of(field, value)))
                // Below the smallest double is zero, and a fine threshold.
                .filter(odd -> !List.of(odd.get()).equals(List.of("threshold", "1e-400")));
    }

    @ParameterizedTest
    @MethodSource("oddNumbers")
    void number_thatIsNone_isRefusedInEveryForm(String field, String value) {
        var client = new ServiceClient(port);

        assertRefused(client.raw(FLOWER, "labels=a,b&" + field + "=" + encode(value)), field);
        assertRefused(
                client.form(new Form().file("image", FLOWER).field("labels", "a,b").field(field, value)), field);
        if (!value.startsWith("null")) {
            Answer json = client.json(json("\"" + field + "\":" + value));
            assertThat(json.status()).isEqualTo(400);
            assertThat(json.problem()).isIn("invalid-request", "malformed-json");
            assertThat(client.json(json("\"" + field + "\":\"" + value + "\"")).detail())
                    .contains("'" + field + "' is a string");
        }
    }

    @ParameterizedTest
    @CsvSource({"temperature, 2", "temperature, 2e0", "temperature, 0.25", "top, 2", "threshold, 0", "threshold, 1e-9"})
    void number_asDocumented_meansTheSameInEveryForm(String field, String value) {
        var client = new ServiceClient(port);

        Answer raw = client.raw(FLOWER, "labels=a,b,c&" + field + "=" + value);

        assertThat(raw.status()).isEqualTo(200);
        assertThat(client.form(new Form()
                                .file("image", FLOWER)
                                .field("labels", "a,b,c")
                                .field(field, value))
                        .body())
                .isEqualTo(raw.body());
        assertThat(client.json(json("\"" + field + "\":" + value).replace("[\"a\",\"b\"]", "[\"a\",\"b\",\"c\"]"))
                        .body())
                .isEqualTo(raw.body());
    }

    private static String json(String option) {
        return "{\"images\":[{\"base64\":\"" + Base64.getEncoder().encodeToString(FLOWER)
                + "\"}],\"labels\":[\"a\",\"b\"]," + option + "}";
    }

    private static void assertRefused(Answer answer, String field) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo(ProblemType.INVALID_REQUEST.slug());
        assertThat(answer.detail()).startsWith("Field '" + field + "' is ");
    }
}
