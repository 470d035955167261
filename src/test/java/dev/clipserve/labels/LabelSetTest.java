package dev.clipserve.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.labels.LabelSet.Entry;
import dev.clipserve.zeroshot.InvalidLabelsException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSetTest {

    private static LabelSet set(String name, String... labels) {
        return new LabelSet(
                name, Optional.empty(), Stream.of(labels).map(Entry::of).toList(), List.of(), Optional.empty());
    }

    @Test
    void version_sameContent_isTheSameWhateverTheName() {
        assertThat(set("a", "cat", "dog").version())
                .isEqualTo(set("b", "cat", "dog").version())
                .matches("[0-9a-f]{32}");
    }

    @Test
    void version_anyOtherContent_isAnother() {
        Entry cat = Entry.of("cat");
        Entry described = new Entry("cat", List.of("a purring pet"));
        List<LabelSet> sets = List.of(
                set("a", "cat", "dog"),
                set("a", "dog", "cat"),
                set("a", "catd", "og"),
                set("a", "cat"),
                new LabelSet("a", Optional.empty(), List.of(described), List.of(), Optional.empty()),
                new LabelSet("a", Optional.of("pets"), List.of(cat), List.of(), Optional.empty()),
                new LabelSet("a", Optional.empty(), List.of(cat), List.of("{}"), Optional.empty()),
                new LabelSet("a", Optional.empty(), List.of(cat), List.of(), Optional.of("{}")),
                new LabelSet("a", Optional.empty(), List.of(cat), List.of(), Optional.of("dog")));

        assertThat(sets.stream().map(LabelSet::version)).doesNotHaveDuplicates();
    }

    @Test
    void bytes_everyText_countsWithItsCharacters() {
        var everything = new LabelSet(
                "a",
                Optional.of("pets"),
                List.of(Entry.of("cat"), new Entry("dog", List.of("a dog"))),
                List.of("{}"),
                Optional.of("other"));

        // Six texts of 22 characters together, and an object for "dog".
        assertThat(everything.bytes()).isEqualTo(6 * 64 + 2 * 22 + 320);
        assertThat(set("a", "cat").bytes()).isEqualTo(64 + 2 * 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".a", "-a", "A", "a/b", "a b", "ä", "..", "a\n"})
    void name_thatIsNone_isRefused(String name) {
        assertThat(LabelSet.isName(name)).isFalse();
        assertThatThrownBy(() -> set(name, "cat")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void name_upToAHundredCharacters_isOne() {
        assertThat(LabelSet.isName("a".repeat(100))).isTrue();
        assertThat(LabelSet.isName("0.x_y-z")).isTrue();
        assertThat(LabelSet.isName("a".repeat(101))).isFalse();
    }

    @Test
    void labels_noneOrTwice_cannotBeMade() {
        assertThatThrownBy(() -> set("a")).hasMessageStartingWith("There are no labels");
        assertThatThrownBy(() -> set("a", "cat", "cat"))
                .isInstanceOf(InvalidLabelsException.class)
                .hasMessageStartingWith("Label 'cat' is there twice, at places 1 and 2");
        assertThatThrownBy(
                        () -> new LabelSet("a", Optional.empty(), List.of(Entry.of("x")), List.of(), Optional.of("x")))
                .hasMessage("The none_label 'x' is also label 1; each may be there once.");
    }
}
