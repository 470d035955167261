package dev.clipserve.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.labels.LabelSetException.Reason;
import dev.clipserve.labels.LabelSets.Outcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Changes between whose look and write another process comes. */
class LabelSetChangesTest {

    private static final Optional<String> NOTHING = Optional.empty();
    private static final EncodingJob.Pause NONE = time -> {
        throw new AssertionError("nothing is encoded");
    };

    private final LabelSet cat = Sets.of("pets", "cat");
    private final LabelSet dog = Sets.of("pets", "dog");
    private final LabelSet owl = Sets.of("pets", "owl");

    private final HeldEncoder encoder = HeldEncoder.free();
    private final MemoryLabelSetStore content = new MemoryLabelSetStore();
    private final SwitchableStore store = new SwitchableStore(content, true);
    private final Encodings encodings = new Encodings(store, 1_000_000, NONE, new SimpleMeterRegistry());
    private final Catalog catalog =
            new Catalog(store, new GivenSets(List.of(), List.of()), List.of(encoder.model("m")));
    private final LabelSetChanges changes = new LabelSetChanges(store, catalog, encodings, 10);

    @AfterEach
    void close() {
        encodings.close();
        encoder.close();
    }

    @Test
    void put_anotherProcessWasFaster_isTriedAgainOnWhatIsThereNow() {
        store.whenFound(() -> content.put(cat, NOTHING));

        assertThat(changes.put(dog, version -> true)).isEqualTo(Outcome.REPLACED);

        assertThat(content.find("pets")).contains(dog);
    }

    @Test
    void put_conditionThatHeldOnlyBeforeAnotherProcess_isRefused() {
        content.put(cat, NOTHING);
        Optional<String> version = Optional.of(cat.version());
        store.whenFound(() -> content.put(owl, version));

        assertThatThrownBy(() -> changes.put(dog, version::equals))
                .isInstanceOfSatisfying(
                        LabelSetException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CHANGED))
                .hasMessageContaining(owl.version());

        assertThat(content.find("pets")).contains(owl);
    }

    @Test
    void delete_anotherProcessWasFaster_isTriedAgainOnWhatIsThereNow() {
        content.put(cat, NOTHING);
        store.whenFound(() -> content.put(owl, Optional.of(cat.version())));

        changes.delete("pets", version -> true);

        assertThat(content.find("pets")).isEmpty();
    }
}
