package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.batching.Deadline;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSourceTest {

    private static final byte[] BYTES = {1, 2, 3, -1};
    private static final String BASE64 = "AQID/w==";

    private static byte[] bytes(ImageSource source) {
        return ((ImageSource.Given) source).bytes();
    }

    private static void assertRefused(ImageSource source, ProblemType type) {
        assertThatThrownBy(() -> bytes(source))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().type()).isEqualTo(type.uri()));
    }

    @ParameterizedTest
    @ValueSource(strings = {BASE64, "AQID/w", "AQ\nID\r\n/w==\n"})
    void ofBase64_padded_unpaddedOrBroken_isTheBytes(String text) {
        assertThat(bytes(ImageSource.ofBase64(text))).isEqualTo(BYTES);
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
        assertThat(bytes(ImageSource.ofBase64(uri))).isEqualTo(BYTES);
        assertThat(bytes(ImageSource.ofUrl(uri))).isEqualTo(BYTES);
    }

    @Test
    void ofBase64_nothing_isNoBytes() {
        assertThat(bytes(ImageSource.ofBase64(""))).isEmpty();
        assertThat(bytes(ImageSource.ofUrl("data:image/png;base64,"))).isEmpty();
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
    void ofUrl_anythingButADataUri_isNotFetchedUnlessAllowed(String url) {
        var link = new ImageSource.Link(url);

        assertThat(ImageSource.ofUrl(url)).isEqualTo(link);
        assertThatThrownBy(() -> new ImageUrls(Optional.empty()).fetch(link, Deadline.after(Duration.ofMinutes(1))))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().type()).isEqualTo(ProblemType.URL_NOT_ALLOWED.uri()));
    }
}
