package dev.clipserve.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Any text as the URL of an image, and behind a line's end as a redirect from there: refused in a way that can be read,
 * or taken apart so that what it is put together to again is the same URL, of a host in one spelling.
 */
public final class UrlFuzzTarget {

    private UrlFuzzTarget() {}

    /** What Jazzer calls. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        String[] urls = new String(bytes, StandardCharsets.UTF_8).split("\n", 2);
        try {
            FetchTarget target = FetchTarget.of(urls[0]);
            requireOneSpelling(target);
            requireOneSpelling(target.redirect(urls[urls.length - 1]));
        } catch (FetchException refusal) {
            assertThat(refusal.getMessage())
                    .isNotBlank()
                    .hasSizeLessThan(200)
                    .doesNotContain("Exception", "java.", "null");
        }
    }

    private static void requireOneSpelling(FetchTarget target) {
        assertThat(FetchTarget.of(target.origin() + target.path())).isEqualTo(target);
        assertThat(target.host().text())
                .isEqualTo(target.host().text().toLowerCase(Locale.ROOT))
                .matches("[a-z0-9_.:-]+");
        assertThat(target.path()).startsWith("/").matches("[!-~]+").doesNotContain("#");
        assertThat(target.origin()).doesNotContain("@", "?");
    }
}
