package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSourceTest {

    private static final byte[] BYTES = {1, 2, 3, -1};
    private static final String BASE64 = "AQID/w==";

    private static void assertRefused(ImageSource source, ProblemType type) {
        assertThatThrownBy(source::bytes)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().type()).isEqualTo(type.uri()));
    }

    @ParameterizedTest
    @ValueSource(strings = {BASE64, "AQID/w", "AQ\nID\r\n/w==\n"})
    void ofBase64_padded_unpaddedOrBroken_isTheBytes(String text) {
        assertThat(ImageSource.ofBase64(text).bytes()).isEqualTo(BYTES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data:image/png;base64," + BASE64,
                "data:;base64," + BASE64,
                "DATA:IMAGE/PNG;BASE64," + BASE64,
                "data:image/jpeg;name=a.jpg;base64," + BASE64,
            })
    void dataUri_inEitherField_isTheBytes(String uri) {
        assertThat(ImageSource.ofBase64(uri).bytes()).isEqualTo(BYTES);
        assertThat(ImageSource.ofUrl(uri).bytes()).isEqualTo(BYTES);
    }

    @Test
    void ofBase64_nothing_isNoBytes() {
        assertThat(ImageSource.ofBase64("").bytes()).isEmpty();
        assertThat(ImageSource.ofUrl("data:image/png;base64,").bytes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"AQID_w==", "AQID/w=", "A", "AQ ID", "é", "====", "data:image/png,AQID", "data:", "data:base64"})
    void ofBase64_anythingElse_isRefusedWhenItsTurnComes(String text) {
        assertRefused(ImageSource.ofBase64(text), ProblemType.INVALID_BASE64);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/a.png",
                "http://169.254.169.254/latest/meta-data",
                "file:///etc/passwd",
                " data:image/png;base64,AQID",
                "classpath:application.yaml",
                "",
                BASE64
            })
    void ofUrl_anythingButADataUri_isNotFetched(String url) {
        assertRefused(ImageSource.ofUrl(url), ProblemType.URL_NOT_ALLOWED);
    }
}
