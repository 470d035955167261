package dev.clipserve.api;

import static dev.clipserve.api.ServiceClient.FLOWER;
import static dev.clipserve.api.ServiceClient.encode;
import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.api.ServiceClient.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What callers wrote comes back in details: short, and always as text that JSON can carry. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ProblemDetailHttpTest {

    private static final String IMAGE = "\"images\":[{\"base64\":\"AAAA\"}],\"labels\":[\"a\"]";

    @LocalServerPort
    private int port;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"\\ud83c\":1}",
                "{" + IMAGE + ",\"model\":\"\\ud83c\"}",
                "{" + IMAGE + ",\"scoring\":\"\\udf3b\"}",
                "{" + IMAGE + ",\"templates\":[\"\\udf3b\"]}",
            })
    void detail_ofHalfASurrogatePair_isStillAnAnswer(String body) {
        Answer answer = new ServiceClient(port).json(body);

        assertThat(answer.status()).isBetween(400, 404);
        assertThat(answer.detail()).contains("'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "scoring", "templates", "top", "truncate"})
    void detail_ofALongText_isCutBetweenCharacters(String field) {
        String text = "a".repeat(59) + "🌻".repeat(500);

        Answer answer = new ServiceClient(port).raw(FLOWER, "labels=a&" + field + "=" + encode(text));

        assertThat(answer.status()).isBetween(400, 404);
        assertThat(answer.detail()).contains("a".repeat(59) + "…");
    }

    @Test
    void detail_ofALongUnknownField_isShort() {
        Answer inQuery = new ServiceClient(port).raw(FLOWER, "labels=a&" + "b".repeat(20_000) + "=1");
        Answer inJson = new ServiceClient(port).json("{\"" + "b".repeat(20_000) + "\":1}");

        assertThat(inQuery.detail()).startsWith("Unknown field 'bbb").hasSizeLessThan(500);
        assertThat(inJson.detail()).startsWith("Unknown field 'bbb").hasSizeLessThan(500);
    }

    @Test
    void detail_ofANameThatIsThereTwice_isShort() {
        String name = "b".repeat(20_000);
        Answer ofLongNames = new ServiceClient(port).json("{\"" + name + "\":1,\"" + name + "\":2}");

        assertThat(ofLongNames.problem()).isEqualTo("malformed-json");
        assertThat(ofLongNames.detail()).contains("bbb…").hasSizeLessThan(500);
    }

    @Test
    void detail_ofManyFieldsBesideJson_isShort() {
        String query = "b".repeat(20_000) + "=1";

        Answer answer = new ServiceClient(port).post("application/json", BodyPublishers.ofString("{}"), query);

        assertThat(answer.detail()).contains("not into the query").hasSizeLessThan(500);
    }
}
