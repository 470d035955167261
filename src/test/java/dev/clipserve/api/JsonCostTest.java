package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

class JsonCostTest {

    /** Those of the service, unless it is told others. */
    private static final RequestLimits LIMITS = new RequestLimits(32 << 20, 64, 10_000, 2_000, 100, 20_000, 100_000);

    private static long cost(String method, String path, String type, long bytes) {
        var request = new MockHttpServletRequest(method, path);
        request.setContentType(type);
        return JsonCost.of(request, bytes, LIMITS);
    }

    @Test
    void of_json_goesByItsBytesUpToTheTokensOfARequest() {
        assertThat(cost("POST", "/classify", "application/json", 1_000)).isEqualTo(40_000);
        // 10,000 labels, 100 templates, 64 images of 4 tokens, and 2,000 others
        assertThat(LIMITS.maxTokens()).isEqualTo(12_356);
        assertThat(cost("POST", "/classify", "application/json", 5_000_000)).isEqualTo(1_235_600);
    }

    @ParameterizedTest
    @CsvSource({
        "/classify, image/png",
        "/classify, multipart/form-data; boundary=B",
        "/similarity, application/octet-stream",
        "/embeddings, text/plain",
    })
    void of_whatIsReadAsAnImageOrAForm_isNothing(String path, String type) {
        assertThat(cost("POST", path, type, 5_000_000)).isZero();
    }

    /** Dialects read any type as JSON; and so may what stands at a path that is not spelled as those of images are. */
    @ParameterizedTest
    @CsvSource({
        "/classify, Application/JSON; charset=utf-8",
        "/similarity, application/problem+json",
        "/v1/embeddings, image/png",
        "/models/mini-clip, application/x-www-form-urlencoded",
        "/v2/models/mini-clip/infer, application/octet-stream",
        "/classif%79, image/png",
        "/models/..;/classify, image/png",
    })
    void of_whatMayBeReadAsJson_isThatOfJson(String path, String type) {
        assertThat(cost("POST", path, type, 1_000)).isEqualTo(40_000);
    }

    @Test
    void of_labelSet_goesUpToTheTokensOfALabelSet() {
        assertThat(cost("PUT", "/label-sets/pets", "application/x-www-form-urlencoded", 10_000))
                .isEqualTo(400_000);
        assertThat(cost("PUT", "/label-sets/pets", "application/json", 5_000_000))
                .isEqualTo(120_000_000);
    }
}
