package dev.clipserve.labels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.labels.LabelSet.Entry;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ResolvedSetTest {

    private static LabelSet set(List<String> templates, Entry... entries) {
        return new LabelSet("pets", Optional.empty(), List.of(entries), templates, Optional.empty());
    }

    private static String key(LabelSet set, TextModel model) {
        return new ResolvedSet(set, model).key();
    }

    @Test
    void key_otherLabelsTemplatesPromptsOrModel_isAnother() {
        List<String> bare = List.of("{}");
        Entry cat = Entry.of("cat");
        Entry dog = Entry.of("dog");
        List<LabelSet> sets = List.of(
                set(bare, cat, dog),
                set(bare, dog, cat),
                set(bare, cat),
                set(List.of("a {}"), cat, dog),
                set(List.of("{}", "a {}"), cat, dog),
                set(bare, cat, new Entry("dog", List.of("a puppy"))),
                set(bare, cat, new Entry("dog", List.of("a puppy", "a hound"))),
                set(bare, cat, new Entry("hound", List.of("a puppy", "a hound"))));
        try (var encoder = HeldEncoder.free()) {
            assertThat(Stream.of(encoder.model("m"), encoder.model("other"))
                            .flatMap(model -> sets.stream().map(set -> key(set, model))))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void key_whatIsReadTheSameWay_isTheSame() {
        Entry cat = Entry.of("cat");
        try (var encoder = HeldEncoder.free()) {
            TextModel model = encoder.model("m");

            assertThat(key(Sets.described(set(List.of("default"), cat), "at home"), model))
                    .isEqualTo(key(set(List.of(), cat), model));
        }
    }
}
