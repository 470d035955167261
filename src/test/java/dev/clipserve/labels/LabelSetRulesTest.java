package dev.clipserve.labels;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.labels.LabelSet.Entry;
import dev.clipserve.text.ReservedTokenException;
import dev.clipserve.zeroshot.InvalidTemplatesException;
import dev.clipserve.zeroshot.LabelLimits;
import dev.clipserve.zeroshot.TemplateLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class LabelSetRulesTest {

    private static final HeldEncoder ENCODER = HeldEncoder.free();
    private static final LabelSetRules RULES = new LabelSetRules(new LabelLimits(4, 20), new TemplateLimits(20, 7), 14);

    @AfterAll
    static void close() {
        ENCODER.close();
    }

    private static LabelSet set(List<Entry> entries, String... templates) {
        return new LabelSet("pets", Optional.empty(), entries, List.of(templates), Optional.empty());
    }

    private static void check(LabelSet set) {
        RULES.check(set, ENCODER.model("m"));
    }

    @Test
    void check_withinTheLimits_passes() {
        assertThatCode(() ->
                        check(set(List.of(Entry.of("cat"), new Entry("dog", List.of("a dog", "woof"))), "openai-7")))
                .doesNotThrowAnyException();
    }

    @Test
    void check_prompts_areCountedOverAllLabels() {
        // 7 + 7 + 1
        assertThatThrownBy(() -> check(
                        set(List.of(Entry.of("cat"), Entry.of("cow"), new Entry("dog", List.of("woof"))), "openai-7")))
                .hasMessage("The labels make 15 prompts; at most 14 are allowed in a label set.");
    }

    @Test
    void check_labelsAndNoneLabel_areCountedTogether() {
        var set = new LabelSet(
                "pets",
                Optional.empty(),
                List.of(Entry.of("a"), Entry.of("b"), Entry.of("c"), Entry.of("d")),
                List.of(),
                Optional.of("e"));
        assertThatThrownBy(() -> check(set)).hasMessage("There are 5 labels; at most 4 are allowed.");
    }

    @Test
    void check_badTexts_areNamed() {
        assertThatThrownBy(() -> check(set(List.of(Entry.of("x".repeat(21))))))
                .hasMessage("Label 1 has 21 characters; at most 20 are allowed.");
        assertThatThrownBy(() -> check(set(List.of(new Entry("cat", List.of("a", " "))))))
                .hasMessage("Prompt 2 of label 'cat' is blank.");
        assertThatThrownBy(() -> check(set(List.of(new Entry("cat", List.of("a", "b", "a"))))))
                .hasMessage("In the prompts of label 'cat', 'a' is there twice, at places 1 and 3; each may be there"
                        + " once.");
        assertThatThrownBy(() -> check(new LabelSet(
                        "pets", Optional.of("d".repeat(21)), List.of(Entry.of("cat")), List.of(), Optional.empty())))
                .hasMessage("The description has 21 characters; at most 20 are allowed.");
    }

    @Test
    void check_badTemplates_areNamed() {
        assertThatThrownBy(() -> check(set(List.of(Entry.of("cat")), "openai-8")))
                .isInstanceOf(InvalidTemplatesException.class)
                .hasMessageContaining("'openai-8' has no {}");
        assertThatThrownBy(() -> check(set(List.of(Entry.of("cat")), "openai-7", "a {}")))
                .hasMessage("There are 8 templates; at most 7 are allowed.");
        assertThatThrownBy(() -> check(set(List.of(Entry.of("cat")), "a {} and nineteen others")))
                .hasMessage("A template has 24 characters; at most 20 are allowed.");
        assertThatThrownBy(() -> check(set(List.of(Entry.of("cat")), "{}{}{}{}{}")))
                .isInstanceOf(InvalidTemplatesException.class)
                .hasMessage("Template '{}{}{}{}{}' has 5 places {} for the label; at most 4 are allowed.");
    }

    @Test
    void check_reservedTokens_areFoundInLabelsPromptsAndTemplates() {
        List<LabelSet> sets = List.of(
                set(List.of(Entry.of("cat"), Entry.of("<|endoftext|>"))),
                set(List.of(new Entry("cat", List.of("a", "<|EndOfText|>")))),
                set(List.of(Entry.of("cat")), "a {}", "{} <|endoftext|>"));

        for (LabelSet set : sets) {
            assertThatThrownBy(() -> check(set)).isInstanceOf(ReservedTokenException.class);
        }
    }

    @Test
    void check_reservedTokenBehindAThousandLabels_isFound() {
        var rules = new LabelSetRules(new LabelLimits(2_000, 20), new TemplateLimits(20, 7), 14_000);
        List<Entry> entries = new ArrayList<>(
                IntStream.range(0, 1_100).mapToObj(i -> Entry.of("label " + i)).toList());
        TextModel model = ENCODER.model("m");
        assertThatCode(() -> rules.check(set(entries, "openai-7"), model)).doesNotThrowAnyException();

        entries.add(Entry.of("<|endoftext|>"));

        assertThatThrownBy(() -> rules.check(set(entries, "openai-7"), model))
                .isInstanceOf(ReservedTokenException.class);
    }
}
