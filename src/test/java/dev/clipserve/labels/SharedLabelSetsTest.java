package dev.clipserve.labels;

import static dev.clipserve.labels.LabelSetsFixture.LATER;
import static dev.clipserve.labels.LabelSetsFixture.LONG;
import static dev.clipserve.labels.LabelSetsFixture.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.clipserve.labels.EncodingProgress.State;
import dev.clipserve.labels.LabelSetException.Reason;
import dev.clipserve.labels.LabelSets.Outcome;
import dev.clipserve.zeroshot.LabelEmbeddings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Label sets in a store that other processes change, too, and that may be away. */
class SharedLabelSetsTest {

    private final LabelSetsFixture fixture = new LabelSetsFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void storeOff_loadedSetsAnswerWritesAreRefusedAndItRecovers() {
        var shared = new SwitchableStore(new MemoryLabelSetStore(), true);
        LabelSets sets = fixture.sets(shared, fixture.model);
        sets.put(Sets.of("pets", "cat"), version -> true);
        LabelEmbeddings loaded = fixture.labels(sets, "pets");
        shared.switchOff(true);

        assertThat(fixture.labels(sets, "pets")).isSameAs(loaded);
        assertThat(sets.list()).extracting(LabelSetSummary::name).contains("pets");
        assertThat(reasonOf(() -> sets.put(Sets.of("pets", "dog"), version -> true)))
                .isEqualTo(Reason.STORE_UNAVAILABLE);
        assertThat(reasonOf(() -> sets.delete("pets", version -> true))).isEqualTo(Reason.STORE_UNAVAILABLE);
        assertThat(reasonOf(() -> sets.prepare("none", fixture.model, LATER))).isEqualTo(Reason.STORE_UNAVAILABLE);
        shared.switchOff(false);

        assertThat(sets.put(Sets.of("pets", "dog"), version -> true)).isEqualTo(Outcome.REPLACED);
        assertThat(fixture.labels(sets, "pets").labels()).containsExactly("dog");
    }

    @Test
    void sharedStore_changesOfAnotherProcess_areNoticed() {
        var content = new MemoryLabelSetStore();
        LabelSets one = fixture.sets(new SwitchableStore(content, true), fixture.model);
        LabelSets other = fixture.sets(new SwitchableStore(content, true), fixture.model);

        one.put(Sets.of("pets", "cat"), version -> true);
        assertThat(fixture.labels(other, "pets").labels()).containsExactly("cat");
        one.put(Sets.of("pets", "dog"), version -> true);
        await().until(() -> fixture.labels(other, "pets").labels().equals(List.of("dog")));
        one.delete("pets", version -> true);

        await().until(() -> other.list().stream().noneMatch(set -> set.name().equals("pets")));
    }

    @Test
    void sharedStore_deleteOfWhatAnotherProcessPutJustNow_removesItsEncoding() {
        var content = new MemoryLabelSetStore();
        LabelSets one = fixture.sets(new SwitchableStore(content, true), fixture.model);
        LabelSets idle = fixture.sets(
                new SwitchableStore(content, true), fixture.model, new LabelSetSettings(3, 1_000_000, LONG, LONG));
        idle.put(Sets.of("pets", "cat"), version -> true);
        one.put(Sets.of("pets", "dog"), version -> true);
        fixture.labels(one, "pets");
        String dog = new ResolvedSet(Sets.of("pets", "dog"), fixture.model).key();
        assertThat(content.hasEmbeddings(dog)).isTrue();

        idle.delete("pets", version -> true);

        assertThat(content.hasEmbeddings(dog)).isFalse();
    }

    @Test
    void sharedStore_lostWithAllThatWasIn_keepsAnEncodingThatIsMadeAgain() {
        var content = new MemoryLabelSetStore();
        LabelSets sets = fixture.sets(new SwitchableStore(content, true), fixture.model);
        LabelSet pets = Sets.of("pets", "cat");
        String key = new ResolvedSet(pets, fixture.model).key();
        sets.put(pets, version -> true);
        fixture.labels(sets, "pets");
        assertThat(content.hasEmbeddings(key)).isTrue();

        content.delete("pets", pets.version());
        content.removeEmbeddings(key);
        await().until(() -> sets.list().stream().noneMatch(set -> set.name().equals("pets")));
        sets.put(pets, version -> true);
        fixture.labels(sets, "pets");

        // Else other processes would find a set that each of them has to encode.
        await().until(() -> content.hasEmbeddings(key));
    }

    @Test
    void sharedStore_offAtTheStart_isUsedOnceItIsThere() {
        var content = new MemoryLabelSetStore();
        content.put(Sets.of("pets", "cat"), Optional.empty());
        var shared = new SwitchableStore(content, true);
        shared.switchOff(true);

        LabelSets sets = fixture.sets(shared, fixture.model);
        assertThat(sets.list()).hasSize(2);
        shared.switchOff(false);

        await().until(() -> sets.list().size() == 3);
        assertThat(fixture.labels(sets, "pets").labels()).containsExactly("cat");
    }

    @Test
    void sharedStore_changesWhileSetsAreEncodedAtTheStart_areNoticed() {
        try (var held = new HeldEncoder(100_000)) {
            var content = new MemoryLabelSetStore();
            TextModel slow = held.model("m");
            LabelSets sets = fixture.sets(new SwitchableStore(content, true), slow);
            await().until(() -> sets.status("declared", slow).progress().state() == State.ENCODING);

            content.put(Sets.of("pets", "cat"), Optional.empty());

            await().until(() -> sets.list().size() == 3);
            assertThat(sets.status("declared", slow).progress().state()).isEqualTo(State.ENCODING);
        }
    }
}
