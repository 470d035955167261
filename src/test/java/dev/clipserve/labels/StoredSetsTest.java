package dev.clipserve.labels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class StoredSetsTest {

    private final SwitchableStore store = new SwitchableStore(new MemoryLabelSetStore(), false);
    private final LabelSet cat = Sets.of("pets", "cat");
    private final LabelSet dog = Sets.of("pets", "dog");

    @Test
    void reload_whileTheSetIsReplaced_keepsWhatIsNewer() {
        try (var encoder = HeldEncoder.free()) {
            var sets = new StoredSets(store, List.of(encoder.model("m")));
            store.put(cat, Optional.empty());
            store.whenFound(() -> sets.learn(dog));

            sets.reload("pets");

            assertThat(sets.all()).extracting(KnownSet::version).containsExactly(dog.version());
        }
    }

    @Test
    void reload_whileTheSetIsDeleted_doesNotBringItBack() {
        try (var encoder = HeldEncoder.free()) {
            var sets = new StoredSets(store, List.of(encoder.model("m")));
            store.put(cat, Optional.empty());
            sets.learn(cat);
            store.whenFound(() -> sets.forget("pets"));

            sets.reload("pets");

            assertThat(sets.all()).isEmpty();
        }
    }

    @Test
    void refresh_setThatCannotBeUsed_isLoggedOnceForEachVersion(CapturedOutput output) {
        try (var encoder = HeldEncoder.free()) {
            var sets = new StoredSets(store, List.of(encoder.model("m")));
            LabelSet later = Sets.numbered("pets", 1, "a-preset-of-later");
            store.put(later, Optional.empty());
            for (int i = 0; i < 3; i++) {
                sets.refresh();
            }
            store.put(Sets.numbered("pets", 2, "a-preset-of-later"), Optional.of(later.version()));
            sets.refresh();

            assertThat(sets.all()).isEmpty();
            assertThat(output.getOut().split("Stored label set pets cannot be used", -1))
                    .hasSize(3);
        }
    }
}
