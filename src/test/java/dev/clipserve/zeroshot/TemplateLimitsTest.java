package dev.clipserve.zeroshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TemplateLimitsTest {

    private static final TemplateLimits LIMITS = new TemplateLimits(2_000, 100);
    private static final TemplatePresets PRESETS =
            new TemplatePresets(TemplateEnsemble.of(List.of("a photo of a {}.")));

    private static TemplateEnsemble check(String... templates) {
        return LIMITS.check(List.of(templates), PRESETS);
    }

    @Test
    void check_ownAndPresets_areTakenApartInTheirOrder() {
        assertThat(check("a {}", "label", "openai-7").templates())
                .hasSize(9)
                .startsWith(new PromptTemplate("a {}"), new PromptTemplate("{}"));
    }

    @Test
    void check_fourPlaces_areAllowed() {
        assertThat(check("{}, {}, {} and {}").prompts("cat")).containsExactly("cat, cat, cat and cat");
    }

    @Test
    void check_morePlaces_saysWhichAndHowMany() {
        assertThatThrownBy(() -> check("a {}", "{}{}{}{}{}"))
                .isInstanceOf(InvalidTemplatesException.class)
                .hasMessage("Template '{}{}{}{}{}' has 5 places {} for the label; at most 4 are allowed.");
        assertThatThrownBy(() -> check("{}".repeat(1_000)))
                .hasMessage(
                        "Template '" + "{}".repeat(30) + "…' has 1000 places {} for the label; at most 4 are allowed.");
    }

    @Test
    void check_longestTemplate_makesNoLongerPromptThanFourLabelsAndItself() {
        String label = "y".repeat(2_000);

        assertThat(check("{}".repeat(4) + "x".repeat(1_992)).prompts(label).getFirst())
                .hasSize(4 * 2_000 + 1_992);
    }

    @Test
    void check_presetAMillionTimes_isCountedAndNotTakenApart() {
        List<String> given = Collections.nCopies(1_200_000, "openai-80");

        // As references alone 384 MB.
        assertThatThrownBy(() -> LIMITS.check(given, PRESETS))
                .hasMessage("There are 96000000 templates; at most 100 are allowed.");
    }

    @Test
    void presets_thatShip_areAllowedAsTemplates() {
        for (String name : PRESETS.names()) {
            assertThat(PRESETS.resolve(List.of(name)))
                    .isNotEmpty()
                    .allSatisfy(template ->
                            assertThat(check(template.text()).templates()).containsExactly(template));
        }
    }
}
