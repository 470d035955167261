package dev.clipserve.zeroshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptTemplateTest {

    @Test
    void prompt_everyPlace_getsTheLabel() {
        assertThat(new PromptTemplate("a {} beside a {}.").prompt("cat")).isEqualTo("a cat beside a cat.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "$1", "\\", "a {} b", "%s"})
    void prompt_labelThatLooksLikeAPattern_staysAsItIs(String label) {
        assertThat(new PromptTemplate("<{}>").prompt(label)).isEqualTo("<" + label + ">");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a photo", "{ }", "{0}", "}{"})
    void template_withoutAPlace_isRefused(String text) {
        assertThatThrownBy(() -> new PromptTemplate(text)).hasMessageContaining("needs {}");
    }

    @Test
    void ensemble_ofTheSameTemplates_countsEachOnceInOrder() {
        var ensemble = TemplateEnsemble.of(List.of("b {}", "a {}", "b {}"));

        assertThat(ensemble.prompts("cat")).containsExactly("b cat", "a cat");
        assertThat(ensemble).isEqualTo(TemplateEnsemble.of(List.of("b {}", "a {}")));
        assertThat(ensemble).isNotEqualTo(TemplateEnsemble.of(List.of("a {}", "b {}")));
    }

    @Test
    void digest_equalEnsemblesOnly_haveTheSame() {
        assertThat(TemplateEnsemble.of(List.of("a {}", "b {}")).digest())
                .hasSize(64)
                .isEqualTo(TemplateEnsemble.of(List.of("a {}", "b {}", "a {}")).digest());
        assertThat(Stream.of(
                                List.of("a {}", "b {}"),
                                List.of("b {}", "a {}"),
                                List.of("a {}b {}"),
                                List.of("a {}"),
                                List.of("\uD800{}"),
                                List.of("?{}"))
                        .map(TemplateEnsemble::of)
                        .map(TemplateEnsemble::digest))
                .doesNotHaveDuplicates();
    }

    @Test
    void ensemble_ofNone_isRefused() {
        assertThatThrownBy(() -> TemplateEnsemble.of(List.of())).hasMessageContaining("needs a template");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void options_temperatureThatIsNone_isRefused(double temperature) {
        assertThatThrownBy(() ->
                        new ScoringOptions(Scoring.SOFTMAX, temperature, OptionalInt.empty(), OptionalDouble.empty()))
                .hasMessageContaining("positive and finite");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void options_topOfNone_isRefused(int top) {
        assertThatThrownBy(() -> new ScoringOptions(Scoring.SOFTMAX, 1, OptionalInt.of(top), OptionalDouble.empty()))
                .hasMessageContaining("At least one");
    }
}
