package dev.clipserve.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HtmlTest {

    @Test
    void text_markup_meansNothing() {
        assertThat(Html.text("<b a='1' b=\"2\">&amp;")).isEqualTo("&lt;b a=&#39;1&#39; b=&quot;2&quot;&gt;&amp;amp;");
    }

    @Test
    void text_whatXmlCannotHave_isReplaced() {
        assertThat(Html.text("a\u0000\u001b\u0085\ud800b\ufffe")).isEqualTo("a\ufffd\ufffd\ufffd\ufffdb\ufffd");
        assertThat(Html.text("ü 😀")).isEqualTo("ü 😀");
    }

    @Test
    void printable_whatMovesTheCursor_isReplaced() {
        assertThat(Printable.of("a\u001b[31m\nb\u202ec\u0007")).isEqualTo("a\ufffd[31m\ufffdb\ufffdc\ufffd");
        assertThat(Printable.of("👩‍🚀 ü")).isEqualTo("👩‍🚀 ü");
    }
}
