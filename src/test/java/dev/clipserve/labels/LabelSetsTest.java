package dev.clipserve.labels;

import static dev.clipserve.labels.LabelSetsFixture.LATER;
import static dev.clipserve.labels.LabelSetsFixture.LONG;
import static dev.clipserve.labels.LabelSetsFixture.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.Embedding;
import dev.clipserve.labels.EncodingProgress.State;
import dev.clipserve.labels.LabelSet.Entry;
import dev.clipserve.labels.LabelSetException.Reason;
import dev.clipserve.labels.LabelSets.Outcome;
import dev.clipserve.zeroshot.LabelEmbeddings;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LabelSetsTest {

    private final LabelSetsFixture fixture = new LabelSetsFixture();
    private final SwitchableStore store = new SwitchableStore(new MemoryLabelSetStore(), false);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void put_newChangedAndSame_saysWhich() {
        LabelSets sets = fixture.sets(store, fixture.model);

        assertThat(sets.put(Sets.of("pets", "cat"), version -> true)).isEqualTo(Outcome.CREATED);
        assertThat(sets.put(Sets.of("pets", "cat"), version -> true)).isEqualTo(Outcome.UNCHANGED);
        assertThat(sets.put(Sets.of("pets", "dog"), version -> true)).isEqualTo(Outcome.REPLACED);
        assertThat(sets.find("pets")).isEqualTo(Sets.of("pets", "dog"));
    }

    @Test
    void list_everySource_isSortedByName() {
        LabelSets sets = fixture.sets(store, fixture.model);
        sets.put(Sets.of("pets", "cat", "dog"), version -> true);

        assertThat(sets.list())
                .extracting(LabelSetSummary::name, LabelSetSummary::size, LabelSetSummary::source)
                .containsExactly(
                        tuple("declared", 1, LabelSetSummary.Source.DECLARED),
                        tuple("pets", 2, LabelSetSummary.Source.STORED),
                        tuple("preset", 1, LabelSetSummary.Source.PRESET));
    }

    @Test
    void summary_setThatIsKnown_costsNoStore() {
        LabelSets sets = fixture.sets(store, fixture.model);
        LabelSet pets = Sets.of("pets", "cat", "dog");
        sets.put(pets, version -> true);
        // They are encoded in the background, sooner or later.
        fixture.labels(sets, "pets");
        fixture.labels(sets, "declared");
        int uses = store.uses();

        LabelSetSummary known = sets.summary("pets");

        assertThat(known.version()).isEqualTo(pets.version());
        assertThat(known.bytes()).isEqualTo(pets.bytes());
        assertThat(sets.summary("preset").size()).isEqualTo(1);
        assertThat(reasonOf(() -> sets.summary("none"))).isEqualTo(Reason.UNKNOWN);
        assertThat(store.uses()).isEqualTo(uses);
    }

    @Test
    void prepare_ready_costsNoTextAndNoStore() {
        LabelSets sets = fixture.sets(store, fixture.model);
        sets.put(Sets.of("pets", "cat", "dog"), version -> true);
        LabelEmbeddings first = fixture.labels(sets, "pets");
        // It is encoded in the background, sooner or later.
        fixture.labels(sets, "declared");
        int encoded = fixture.encoder.encoded();
        int uses = store.uses();

        PreparedSet again = sets.prepare("pets", fixture.model, LATER);

        assertThat(again.labels()).isSameAs(first);
        assertThat(again.version()).isEqualTo(Sets.of("pets", "cat", "dog").version());
        assertThat(fixture.encoder.encoded()).isEqualTo(encoded);
        assertThat(store.uses()).isEqualTo(uses);
        Embedding cat = fixture.embedding("a photo of a cat.");
        assertThat(first.similarities(cat))
                .containsExactly(cat.similarity(cat), cat.similarity(fixture.embedding("a photo of a dog.")));
    }

    @Test
    void prepare_afterARestart_readsTheStoreInsteadOfEncoding() {
        LabelSets before = fixture.sets(store, fixture.model);
        before.put(Sets.of("pets", "cat", "dog"), version -> true);
        fixture.labels(before, "pets");
        fixture.labels(before, "declared");
        before.close();
        int encoded = fixture.encoder.encoded();

        LabelSets after = fixture.sets(store, fixture.model);

        Embedding cat = fixture.embedding("a photo of a cat.");
        assertThat(fixture.labels(after, "pets").similarities(cat))
                .containsExactly(fixture.labels(before, "pets").similarities(cat));
        assertThat(fixture.labels(after, "declared").labels()).containsExactly("a");
        assertThat(fixture.encoder.encoded()).isEqualTo(encoded);
    }

    @Test
    void prepare_whileTheModelIsWrong_saysSoAndKeepsNothing() {
        LabelSet set = Sets.of("pets", "cat", "dog");
        LabelSets wrong = fixture.sets(store, fixture.encoder.model("m", () -> false));
        wrong.put(set, version -> true);

        assertThatThrownBy(() -> wrong.prepare("pets", fixture.encoder.model("m", () -> false), LATER))
                .isInstanceOf(LabelSetNotReadyException.class)
                .hasMessageContaining("wrong numbers");

        String key = new ResolvedSet(set, fixture.model).key();
        assertThat(store.hasEmbeddings(key)).isFalse();
        // Whoever asks when its numbers are right, here another instance, gets the set.
        assertThat(fixture.labels(fixture.sets(store, fixture.model), "pets").labels())
                .containsExactly("cat", "dog");
        assertThat(store.hasEmbeddings(key)).isTrue();
    }

    @Test
    void prepare_withAnotherModel_encodesAnew() {
        LabelSets before = fixture.sets(store, fixture.model);
        before.put(Sets.of("pets", "cat", "dog"), version -> true);
        fixture.labels(before, "pets");
        // Nothing of it is encoded any more when the prompts are counted.
        fixture.labels(before, "declared");
        before.close();
        int encoded = fixture.encoder.encoded();

        fixture.sets(store, fixture.encoder.model("other")).prepare("pets", fixture.encoder.model("other"), LATER);

        // "declared" may be encoded anew as well by now.
        assertThat(fixture.encoder.encoded()).isBetween(encoded + 2, encoded + 3);
    }

    @Test
    void prepare_damagedEmbeddings_encodesAnew() {
        LabelSets before = fixture.sets(store, fixture.model);
        before.put(Sets.of("pets", "cat", "dog"), version -> true);
        LabelEmbeddings first = fixture.labels(before, "pets");
        fixture.labels(before, "declared");
        before.close();
        String key = new ResolvedSet(Sets.of("pets", "cat", "dog"), fixture.model).key();
        byte[] content = store.findEmbeddings(key).orElseThrow();
        content[60] ^= 1;
        store.putEmbeddings(key, content);
        int encoded = fixture.encoder.encoded();

        LabelEmbeddings again = fixture.labels(fixture.sets(store, fixture.model), "pets");

        Embedding cat = fixture.embedding("a photo of a cat.");
        assertThat(again.similarities(cat)).containsExactly(first.similarities(cat));
        assertThat(fixture.encoder.encoded()).isEqualTo(encoded + 2);
    }

    @Test
    void prepare_moreThanFitsIntoMemory_isReadFromTheStore() {
        LabelSets sets = fixture.sets(store, fixture.model, new LabelSetSettings(3, 0, LONG, LONG));
        sets.put(Sets.of("pets", "cat", "dog"), version -> true);
        fixture.labels(sets, "pets");
        fixture.labels(sets, "declared");
        int encoded = fixture.encoder.encoded();

        assertThat(fixture.labels(sets, "pets").labels()).containsExactly("cat", "dog");
        assertThat(fixture.encoder.encoded()).isEqualTo(encoded);
    }

    @Test
    void put_onlyAnotherDescription_encodesNothing() {
        LabelSets sets = fixture.sets(store, fixture.model);
        sets.put(Sets.of("pets", "cat"), version -> true);
        LabelEmbeddings first = fixture.labels(sets, "pets");

        sets.put(Sets.described(Sets.of("pets", "cat"), "at home"), version -> true);

        assertThat(fixture.labels(sets, "pets")).isSameAs(first);
    }

    @Test
    void put_otherLabels_removesTheEncodingThatNobodyNeeds() {
        LabelSets sets = fixture.sets(store, fixture.model);
        String cat = new ResolvedSet(Sets.of("pets", "cat"), fixture.model).key();
        sets.put(Sets.of("pets", "cat"), version -> true);
        sets.put(Sets.of("twin", "cat"), version -> true);
        fixture.labels(sets, "pets");

        sets.put(Sets.of("pets", "dog"), version -> true);
        assertThat(store.hasEmbeddings(cat)).isTrue();
        sets.delete("twin", version -> true);

        assertThat(store.hasEmbeddings(cat)).isFalse();
    }

    @Test
    void put_sameLabelsInAnotherTemplate_areEncodedByIt() {
        LabelSets sets = fixture.sets(store, fixture.model);
        sets.put(Sets.numbered("pets", 1), version -> true);
        fixture.labels(sets, "pets");

        sets.put(Sets.numbered("pets", 1, "the {}"), version -> true);

        Embedding thing = fixture.embedding("the thing 0");
        assertThat(fixture.labels(sets, "pets").similarities(thing)).containsExactly(thing.similarity(thing));
    }

    @Test
    void put_contentThatWasThereBefore_isStoredAnew() {
        LabelSets sets = fixture.sets(store, fixture.model);
        String key = new ResolvedSet(Sets.of("pets", "cat"), fixture.model).key();
        sets.put(Sets.of("pets", "cat"), version -> true);
        fixture.labels(sets, "pets");
        sets.put(Sets.of("pets", "dog"), version -> true);
        fixture.labels(sets, "pets");

        sets.put(Sets.of("pets", "cat"), version -> true);

        assertThat(fixture.labels(sets, "pets").labels()).containsExactly("cat");
        assertThat(store.hasEmbeddings(key)).isTrue();
    }

    @Test
    void prepare_replacedWhileItsDefinitionIsRead_usesTheNewOne() throws Exception {
        LabelSets sets = fixture.sets(store, fixture.model);
        sets.put(Sets.of("pets", "cat"), version -> true);
        var reading = new CountDownLatch(1);
        store.whenFound(() -> {
            reading.countDown();
            interruptedAsFilesAre();
        });
        var waiting =
                CompletableFuture.supplyAsync(() -> fixture.labels(sets, "pets").labels());
        reading.await();

        sets.put(Sets.of("pets", "dog"), version -> true);

        assertThat(waiting).succeedsWithin(Duration.ofMinutes(1)).isEqualTo(List.of("dog"));
    }

    private static void interruptedAsFilesAre() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw LabelSetException.storeUnavailable("cannot be read", new ClosedByInterruptException());
        }
    }

    @Test
    void encode_versionThatWasReplacedOrDeleted_tellsOfThatVersion() {
        LabelSets sets = fixture.sets(store, fixture.model);
        LabelSet cat = Sets.of("pets", "cat");
        sets.put(cat, version -> true);

        sets.put(Sets.of("pets", "dog", "owl"), version -> true);
        LabelSetStatus replaced = sets.encode(cat, fixture.model, LATER);
        sets.delete("pets", version -> true);
        LabelSetStatus deleted = sets.encode(cat, fixture.model, LATER);

        assertThat(replaced).isEqualTo(new LabelSetStatus("pets", cat.version(), "held", EncodingProgress.pending(1)));
        assertThat(deleted).isEqualTo(replaced);
    }

    @Test
    void start_storeThatCannotBeRead_isReadOnceItCan() {
        store.put(Sets.of("pets", "cat"), Optional.empty());
        store.put(Sets.of("birds", "owl"), Optional.empty());
        store.switchOff(true);

        LabelSets sets = fixture.sets(store, fixture.model);
        assertThat(reasonOf(() -> fixture.labels(sets, "pets"))).isEqualTo(Reason.STORE_UNAVAILABLE);
        store.switchOff(false);

        assertThat(fixture.labels(sets, "pets").labels()).containsExactly("cat");
        await().until(() -> sets.list().size() == 4);
    }

    @Test
    void start_encodingsOfSetsThatAreGone_areRemoved() {
        store.putEmbeddings("00", new byte[1]);

        fixture.sets(store, fixture.model);

        assertThat(store.hasEmbeddings("00")).isFalse();
    }

    @Test
    void put_conditionThatDoesNotHold_changesNothing() {
        LabelSets sets = fixture.sets(store, fixture.model);
        sets.put(Sets.of("pets", "cat"), version -> true);

        assertThat(reasonOf(() -> sets.put(Sets.of("pets", "dog"), Optional::isEmpty)))
                .isEqualTo(Reason.CHANGED);
        assertThat(reasonOf(() -> sets.delete("pets", version -> false))).isEqualTo(Reason.CHANGED);
        assertThat(sets.find("pets")).isEqualTo(Sets.of("pets", "cat"));
    }

    @Test
    void refusals_nameTheReason() {
        LabelSets sets = fixture.sets(store, fixture.model);

        assertThat(reasonOf(() -> sets.put(Sets.of("declared", "x"), version -> true)))
                .isEqualTo(Reason.READ_ONLY);
        assertThat(reasonOf(() -> sets.delete("preset", version -> true))).isEqualTo(Reason.READ_ONLY);
        assertThat(reasonOf(() -> sets.delete("none", version -> true))).isEqualTo(Reason.UNKNOWN);
        assertThat(reasonOf(() -> sets.find("none"))).isEqualTo(Reason.UNKNOWN);
        assertThat(reasonOf(() -> sets.prepare("none", fixture.model, LATER))).isEqualTo(Reason.UNKNOWN);
        for (String name : List.of("one", "two", "three")) {
            sets.put(Sets.of(name, "x"), version -> true);
        }
        assertThat(reasonOf(() -> sets.put(Sets.of("four", "x"), version -> true)))
                .isEqualTo(Reason.TOO_MANY);
        assertThat(sets.put(Sets.of("three", "y"), version -> true)).isEqualTo(Outcome.REPLACED);
    }

    @Test
    void prepare_whileEncoding_tellsHowFarItIs() {
        try (var held = new HeldEncoder(100_000)) {
            TextModel slow = held.model("m");
            LabelSets sets = fixture.sets(store, slow, new LabelSetSettings(3, 1_000_000, Duration.ZERO, LONG));
            assertThat(sets.status("preset", slow).progress().state()).isEqualTo(State.PENDING);
            sets.put(Sets.numbered("pets", 1_000), version -> true);

            assertThatThrownBy(() -> sets.prepare("pets", slow, LATER))
                    .isInstanceOf(LabelSetNotReadyException.class)
                    .hasMessage("Label set 'pets' is not encoded for model 'held' yet: 0 of 1000 prompts are done.");
            // One of "declared", and the first chunks of "pets".
            held.allow(600);
            await().until(() -> sets.status("pets", slow).progress().done() >= 512);
            assertThat(sets.status("pets", slow).progress().state()).isEqualTo(State.ENCODING);
            held.allow(1_000);

            await().until(() -> sets.status("pets", slow).progress().equals(EncodingProgress.ready(1_000)));
            assertThat(sets.prepare("pets", slow, LATER).labels().size()).isEqualTo(1_000);
        }
    }

    @Test
    void prepare_deadlineBeforeThePatienceIsOver_waitsNoLonger() {
        try (var held = new HeldEncoder(100_000)) {
            TextModel slow = held.model("m");
            LabelSets sets = fixture.sets(store, slow);

            assertThatThrownBy(() -> sets.prepare("preset", slow, Deadline.after(Duration.ofMillis(1))))
                    .isInstanceOf(LabelSetNotReadyException.class);
        }
    }

    @Test
    void await_timeIsOver_leavesNothingWithWhatOthersWaitFor() {
        var shared = new CompletableFuture<LabelEmbeddings>();

        assertThatThrownBy(() -> LabelSets.await(shared, Duration.ofNanos(1)))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(TimeoutException.class);

        assertThat(shared.getNumberOfDependents()).isZero();
    }

    @Test
    void prepare_setThatCannotBeEncoded_saysWhy() {
        LabelSets sets = fixture.sets(store, fixture.model);
        sets.put(
                new LabelSet(
                        "bad", Optional.empty(), List.of(Entry.of("endoftext")), List.of("<|{}|>"), Optional.empty()),
                version -> true);

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> sets.prepare("bad", fixture.model, LATER))
                    .isInstanceOf(LabelSetNotReadyException.class)
                    .hasMessageContaining("because that failed: The text contains the control token");
        }
        assertThat(sets.status("bad", fixture.model).progress().state()).isEqualTo(State.FAILED);
    }

    @Test
    void split_intoTwoSets_givesTheSameSimilarities() {
        LabelSets sets = fixture.sets(store, fixture.model);
        sets.put(Sets.of("both", "cat", "dog", "fish", "owl"), version -> true);
        sets.put(Sets.of("first", "owl", "cat"), version -> true);
        sets.put(Sets.of("second", "dog", "fish"), version -> true);
        Embedding image = fixture.embedding("anything");

        Map<String, Double> parts = new HashMap<>();
        for (String name : List.of("first", "second")) {
            addSimilarities(fixture.labels(sets, name), image, parts);
        }

        Map<String, Double> whole = new HashMap<>();
        addSimilarities(fixture.labels(sets, "both"), image, whole);
        assertThat(parts).isEqualTo(whole).hasSize(4);
    }

    private static void addSimilarities(LabelEmbeddings labels, Embedding image, Map<String, Double> target) {
        double[] similarities = labels.similarities(image);
        for (int i = 0; i < similarities.length; i++) {
            target.put(labels.labels().get(i), similarities[i]);
        }
    }
}
