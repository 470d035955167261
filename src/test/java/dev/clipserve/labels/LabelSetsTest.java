package dev.clipserve.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.Embedding;
import dev.clipserve.labels.EncodingProgress.State;
import dev.clipserve.labels.LabelSet.Entry;
import dev.clipserve.labels.LabelSetException.Reason;
import dev.clipserve.labels.LabelSets.Outcome;
import dev.clipserve.text.TokenIds;
import dev.clipserve.zeroshot.LabelEmbeddings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LabelSetsTest {

    private static final Deadline LATER = Deadline.after(Duration.ofDays(1));
    private static final Duration LONG = Duration.ofHours(1);

    private final List<AutoCloseable> open = new ArrayList<>();
    private final HeldEncoder encoder = HeldEncoder.free();
    private final TextModel model = encoder.model("m");
    private final SwitchableStore store = new SwitchableStore(new MemoryLabelSetStore(), false);

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        encoder.close();
    }

    private LabelSets sets(LabelSetStore store, TextModel model) {
        return sets(store, model, new LabelSetSettings(3, 1_000_000, LONG, Duration.ofMillis(5)));
    }

    private LabelSets sets(LabelSetStore store, TextModel model, LabelSetSettings settings) {
        var given = new GivenSets(List.of(Sets.of("declared", "a")), List.of(Sets.of("preset", "b")));
        var sets = new LabelSets(store, given, List.of(model), settings, new SimpleMeterRegistry());
        open.add(sets);
        return sets;
    }

    private static Reason reasonOf(Runnable work) {
        try {
            work.run();
        } catch (LabelSetException e) {
            return e.reason();
        }
        throw new AssertionError("nothing was refused");
    }

    private LabelEmbeddings labels(LabelSets sets, String name) {
        return sets.prepare(name, model, LATER).labels();
    }

    private Embedding embedding(String prompt) {
        return HeldEncoder.embeddingOf(encoder.tokenize(List.of(prompt)).getFirst());
    }

    @Test
    void put_newChangedAndSame_saysWhich() {
        LabelSets sets = sets(store, model);

        assertThat(sets.put(Sets.of("pets", "cat"), version -> true)).isEqualTo(Outcome.CREATED);
        assertThat(sets.put(Sets.of("pets", "cat"), version -> true)).isEqualTo(Outcome.UNCHANGED);
        assertThat(sets.put(Sets.of("pets", "dog"), version -> true)).isEqualTo(Outcome.REPLACED);
        assertThat(sets.find("pets")).isEqualTo(Sets.of("pets", "dog"));
    }

    @Test
    void list_everySource_isSortedByName() {
        LabelSets sets = sets(store, model);
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
        LabelSets sets = sets(store, model);
        LabelSet pets = Sets.of("pets", "cat", "dog");
        sets.put(pets, version -> true);
        // They are encoded in the background, sooner or later.
        labels(sets, "pets");
        labels(sets, "declared");
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
        LabelSets sets = sets(store, model);
        sets.put(Sets.of("pets", "cat", "dog"), version -> true);
        LabelEmbeddings first = labels(sets, "pets");
        // It is encoded in the background, sooner or later.
        labels(sets, "declared");
        int encoded = encoder.encoded();
        int uses = store.uses();

        PreparedSet again = sets.prepare("pets", model, LATER);

        assertThat(again.labels()).isSameAs(first);
        assertThat(again.version()).isEqualTo(Sets.of("pets", "cat", "dog").version());
        assertThat(encoder.encoded()).isEqualTo(encoded);
        assertThat(store.uses()).isEqualTo(uses);
        Embedding cat = embedding("a photo of a cat.");
        assertThat(first.similarities(cat))
                .containsExactly(cat.similarity(cat), cat.similarity(embedding("a photo of a dog.")));
    }

    @Test
    void prepare_afterARestart_readsTheStoreInsteadOfEncoding() {
        LabelSets before = sets(store, model);
        before.put(Sets.of("pets", "cat", "dog"), version -> true);
        labels(before, "pets");
        labels(before, "declared");
        before.close();
        int encoded = encoder.encoded();

        LabelSets after = sets(store, model);

        Embedding cat = embedding("a photo of a cat.");
        assertThat(labels(after, "pets").similarities(cat))
                .containsExactly(labels(before, "pets").similarities(cat));
        assertThat(labels(after, "declared").labels()).containsExactly("a");
        assertThat(encoder.encoded()).isEqualTo(encoded);
    }

    @Test
    void prepare_whileTheModelIsWrong_saysSoAndKeepsNothing() {
        LabelSet set = Sets.of("pets", "cat", "dog");
        LabelSets wrong = sets(store, encoder.model("m", () -> false));
        wrong.put(set, version -> true);

        assertThatThrownBy(() -> wrong.prepare("pets", encoder.model("m", () -> false), LATER))
                .isInstanceOf(LabelSetNotReadyException.class)
                .hasMessageContaining("wrong numbers");

        String key = new ResolvedSet(set, model).key();
        assertThat(store.hasEmbeddings(key)).isFalse();
        // Whoever asks when its numbers are right, here another instance, gets the set.
        assertThat(labels(sets(store, model), "pets").labels()).containsExactly("cat", "dog");
        assertThat(store.hasEmbeddings(key)).isTrue();
    }

    @Test
    void prepare_withAnotherModel_encodesAnew() {
        LabelSets before = sets(store, model);
        before.put(Sets.of("pets", "cat", "dog"), version -> true);
        labels(before, "pets");
        before.close();
        int encoded = encoder.encoded();

        sets(store, encoder.model("other")).prepare("pets", encoder.model("other"), LATER);

        // "declared" may be encoded anew as well by now.
        assertThat(encoder.encoded()).isBetween(encoded + 2, encoded + 3);
    }

    @Test
    void prepare_damagedEmbeddings_encodesAnew() {
        LabelSets before = sets(store, model);
        before.put(Sets.of("pets", "cat", "dog"), version -> true);
        LabelEmbeddings first = labels(before, "pets");
        labels(before, "declared");
        before.close();
        String key = new ResolvedSet(Sets.of("pets", "cat", "dog"), model).key();
        byte[] content = store.findEmbeddings(key).orElseThrow();
        content[60] ^= 1;
        store.putEmbeddings(key, content);
        int encoded = encoder.encoded();

        LabelEmbeddings again = labels(sets(store, model), "pets");

        Embedding cat = embedding("a photo of a cat.");
        assertThat(again.similarities(cat)).containsExactly(first.similarities(cat));
        assertThat(encoder.encoded()).isEqualTo(encoded + 2);
    }

    @Test
    void prepare_moreThanFitsIntoMemory_isReadFromTheStore() {
        LabelSets sets = sets(store, model, new LabelSetSettings(3, 0, LONG, LONG));
        sets.put(Sets.of("pets", "cat", "dog"), version -> true);
        labels(sets, "pets");
        labels(sets, "declared");
        int encoded = encoder.encoded();

        assertThat(labels(sets, "pets").labels()).containsExactly("cat", "dog");
        assertThat(encoder.encoded()).isEqualTo(encoded);
    }

    @Test
    void put_onlyAnotherDescription_encodesNothing() {
        LabelSets sets = sets(store, model);
        sets.put(Sets.of("pets", "cat"), version -> true);
        LabelEmbeddings first = labels(sets, "pets");

        sets.put(Sets.described(Sets.of("pets", "cat"), "at home"), version -> true);

        assertThat(labels(sets, "pets")).isSameAs(first);
    }

    @Test
    void put_otherLabels_removesTheEncodingThatNobodyNeeds() {
        LabelSets sets = sets(store, model);
        String cat = new ResolvedSet(Sets.of("pets", "cat"), model).key();
        sets.put(Sets.of("pets", "cat"), version -> true);
        sets.put(Sets.of("twin", "cat"), version -> true);
        labels(sets, "pets");

        sets.put(Sets.of("pets", "dog"), version -> true);
        assertThat(store.hasEmbeddings(cat)).isTrue();
        sets.delete("twin", version -> true);

        assertThat(store.hasEmbeddings(cat)).isFalse();
    }

    @Test
    void put_contentThatWasThereBefore_isStoredAnew() {
        LabelSets sets = sets(store, model);
        String key = new ResolvedSet(Sets.of("pets", "cat"), model).key();
        sets.put(Sets.of("pets", "cat"), version -> true);
        labels(sets, "pets");
        sets.put(Sets.of("pets", "dog"), version -> true);
        labels(sets, "pets");

        sets.put(Sets.of("pets", "cat"), version -> true);

        assertThat(labels(sets, "pets").labels()).containsExactly("cat");
        assertThat(store.hasEmbeddings(key)).isTrue();
    }

    @Test
    void replaced_whileItIsEncoded_isGivenUp() {
        try (var held = new HeldEncoder(100_000)) {
            LabelSets sets = sets(store, held.model("m"), new LabelSetSettings(3, 1_000_000, Duration.ZERO, LONG));
            sets.put(Sets.numbered("pets", 1_000), version -> true);
            sets.encode(Sets.numbered("pets", 1_000), held.model("m"), LATER);

            sets.put(Sets.of("pets", "cat"), version -> true);

            sets.encode(Sets.of("pets", "cat"), held.model("m"), LATER);
            held.allow(1_000);
            await().until(() -> sets.status("pets", held.model("m")).progress().equals(EncodingProgress.ready(1)));
            // "declared" and "cat", and of the thousand at most the chunk that was under way.
            assertThat(held.encoded()).isLessThanOrEqualTo(EncodingJob.CHUNK + 2);
        }
    }

    @Test
    void prepare_replacedWhileItsDefinitionIsRead_usesTheNewOne() throws Exception {
        LabelSets sets = sets(store, model);
        sets.put(Sets.of("pets", "cat"), version -> true);
        var reading = new CountDownLatch(1);
        store.whenFound(() -> {
            reading.countDown();
            interruptedAsFilesAre();
        });
        var waiting = CompletableFuture.supplyAsync(() -> labels(sets, "pets").labels());
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
        LabelSets sets = sets(store, model);
        LabelSet cat = Sets.of("pets", "cat");
        sets.put(cat, version -> true);

        sets.put(Sets.of("pets", "dog", "owl"), version -> true);
        LabelSetStatus replaced = sets.encode(cat, model, LATER);
        sets.delete("pets", version -> true);
        LabelSetStatus deleted = sets.encode(cat, model, LATER);

        assertThat(replaced).isEqualTo(new LabelSetStatus("pets", cat.version(), "held", EncodingProgress.pending(1)));
        assertThat(deleted).isEqualTo(replaced);
    }

    @Test
    void start_storeThatCannotBeRead_isReadOnceItCan() {
        store.put(Sets.of("pets", "cat"), Optional.empty());
        store.put(Sets.of("birds", "owl"), Optional.empty());
        store.switchOff(true);

        LabelSets sets = sets(store, model);
        assertThat(reasonOf(() -> labels(sets, "pets"))).isEqualTo(Reason.STORE_UNAVAILABLE);
        store.switchOff(false);

        assertThat(labels(sets, "pets").labels()).containsExactly("cat");
        await().until(() -> sets.list().size() == 4);
    }

    @Test
    void start_encodingsOfSetsThatAreGone_areRemoved() {
        store.putEmbeddings("00", new byte[1]);

        sets(store, model);

        assertThat(store.hasEmbeddings("00")).isFalse();
    }

    @Test
    void put_conditionThatDoesNotHold_changesNothing() {
        LabelSets sets = sets(store, model);
        sets.put(Sets.of("pets", "cat"), version -> true);

        assertThat(reasonOf(() -> sets.put(Sets.of("pets", "dog"), Optional::isEmpty)))
                .isEqualTo(Reason.CHANGED);
        assertThat(reasonOf(() -> sets.delete("pets", version -> false))).isEqualTo(Reason.CHANGED);
        assertThat(sets.find("pets")).isEqualTo(Sets.of("pets", "cat"));
    }

    @Test
    void refusals_nameTheReason() {
        LabelSets sets = sets(store, model);

        assertThat(reasonOf(() -> sets.put(Sets.of("declared", "x"), version -> true)))
                .isEqualTo(Reason.READ_ONLY);
        assertThat(reasonOf(() -> sets.delete("preset", version -> true))).isEqualTo(Reason.READ_ONLY);
        assertThat(reasonOf(() -> sets.delete("none", version -> true))).isEqualTo(Reason.UNKNOWN);
        assertThat(reasonOf(() -> sets.find("none"))).isEqualTo(Reason.UNKNOWN);
        assertThat(reasonOf(() -> sets.prepare("none", model, LATER))).isEqualTo(Reason.UNKNOWN);
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
            LabelSets sets = sets(store, slow, new LabelSetSettings(3, 1_000_000, Duration.ZERO, LONG));
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
            LabelSets sets = sets(store, slow);

            assertThatThrownBy(() -> sets.prepare("preset", slow, Deadline.after(Duration.ofMillis(1))))
                    .isInstanceOf(LabelSetNotReadyException.class);
        }
    }

    /** Counts the sets that are being encoded, each of them in one chunk. */
    private record SideBySide(HeldEncoder held, AtomicInteger now, AtomicInteger most) implements PromptEncoder {

        @Override
        public List<TokenIds> tokenize(List<String> prompts) {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            return held.tokenize(prompts);
        }

        @Override
        public CompletableFuture<List<Embedding>> encode(List<TokenIds> prompts, Deadline deadline) {
            return held.encode(prompts, deadline).whenComplete((embeddings, failure) -> now.decrementAndGet());
        }
    }

    @Test
    void put_moreSetsThanAreEncodedSideBySide_waitWithoutTheirTexts() {
        try (var held = new HeldEncoder(100_000)) {
            var counting = new SideBySide(held, new AtomicInteger(), new AtomicInteger());
            var slow = new TextModel("held", "m", held.model("m").presets(), counting, () -> true);
            LabelSets sets = sets(store, slow, new LabelSetSettings(20, 1_000_000, Duration.ZERO, LONG));
            for (int i = 0; i < 12; i++) {
                LabelSet set = Sets.of("set-" + i, "label " + i);
                sets.put(set, version -> true);
                sets.encode(set, slow, LATER);
            }
            await().untilAtomic(counting.now(), equalTo(Encodings.SETS_AT_ONCE));

            held.allow(1_000);

            for (int i = 0; i < 12; i++) {
                String name = "set-" + i;
                await().until(() -> sets.status(name, slow).progress().equals(EncodingProgress.ready(1)));
            }
            assertThat(counting.most()).hasValue(Encodings.SETS_AT_ONCE);
        }
    }

    @Test
    void close_whileEncoding_endsIt() {
        try (var held = new HeldEncoder(100_000)) {
            LabelSets sets = sets(store, held.model("m"), new LabelSetSettings(3, 1_000_000, Duration.ZERO, LONG));
            sets.put(Sets.of("pets", "cat"), version -> true);
            sets.encode(Sets.of("pets", "cat"), held.model("m"), LATER);

            sets.close();

            assertThatThrownBy(() -> sets.prepare("pets", held.model("m"), LATER))
                    .isInstanceOf(LabelSetNotReadyException.class);
        }
    }

    @Test
    void prepare_setThatCannotBeEncoded_saysWhy() {
        LabelSets sets = sets(store, model);
        sets.put(
                new LabelSet(
                        "bad", Optional.empty(), List.of(Entry.of("endoftext")), List.of("<|{}|>"), Optional.empty()),
                version -> true);

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> sets.prepare("bad", model, LATER))
                    .isInstanceOf(LabelSetNotReadyException.class)
                    .hasMessageContaining("because that failed: The text contains the control token");
        }
        assertThat(sets.status("bad", model).progress().state()).isEqualTo(State.FAILED);
    }

    @Test
    void storeOff_loadedSetsAnswerWritesAreRefusedAndItRecovers() {
        var shared = new SwitchableStore(new MemoryLabelSetStore(), true);
        LabelSets sets = sets(shared, model);
        sets.put(Sets.of("pets", "cat"), version -> true);
        LabelEmbeddings loaded = labels(sets, "pets");
        shared.switchOff(true);

        assertThat(labels(sets, "pets")).isSameAs(loaded);
        assertThat(sets.list()).extracting(LabelSetSummary::name).contains("pets");
        assertThat(reasonOf(() -> sets.put(Sets.of("pets", "dog"), version -> true)))
                .isEqualTo(Reason.STORE_UNAVAILABLE);
        assertThat(reasonOf(() -> sets.delete("pets", version -> true))).isEqualTo(Reason.STORE_UNAVAILABLE);
        assertThat(reasonOf(() -> sets.prepare("none", model, LATER))).isEqualTo(Reason.STORE_UNAVAILABLE);
        shared.switchOff(false);

        assertThat(sets.put(Sets.of("pets", "dog"), version -> true)).isEqualTo(Outcome.REPLACED);
        assertThat(labels(sets, "pets").labels()).containsExactly("dog");
    }

    @Test
    void sharedStore_changesOfAnotherProcess_areNoticed() {
        var content = new MemoryLabelSetStore();
        LabelSets one = sets(new SwitchableStore(content, true), model);
        LabelSets other = sets(new SwitchableStore(content, true), model);

        one.put(Sets.of("pets", "cat"), version -> true);
        assertThat(labels(other, "pets").labels()).containsExactly("cat");
        one.put(Sets.of("pets", "dog"), version -> true);
        await().until(() -> labels(other, "pets").labels().equals(List.of("dog")));
        one.delete("pets", version -> true);

        await().until(() -> other.list().stream().noneMatch(set -> set.name().equals("pets")));
    }

    @Test
    void sharedStore_deleteOfWhatAnotherProcessPutJustNow_removesItsEncoding() {
        var content = new MemoryLabelSetStore();
        LabelSets one = sets(new SwitchableStore(content, true), model);
        LabelSets idle =
                sets(new SwitchableStore(content, true), model, new LabelSetSettings(3, 1_000_000, LONG, LONG));
        idle.put(Sets.of("pets", "cat"), version -> true);
        one.put(Sets.of("pets", "dog"), version -> true);
        labels(one, "pets");
        String dog = new ResolvedSet(Sets.of("pets", "dog"), model).key();
        assertThat(content.hasEmbeddings(dog)).isTrue();

        idle.delete("pets", version -> true);

        assertThat(content.hasEmbeddings(dog)).isFalse();
    }

    @Test
    void sharedStore_lostWithAllThatWasIn_keepsAnEncodingThatIsMadeAgain() {
        var content = new MemoryLabelSetStore();
        LabelSets sets = sets(new SwitchableStore(content, true), model);
        LabelSet pets = Sets.of("pets", "cat");
        String key = new ResolvedSet(pets, model).key();
        sets.put(pets, version -> true);
        labels(sets, "pets");
        assertThat(content.hasEmbeddings(key)).isTrue();

        content.delete("pets", pets.version());
        content.removeEmbeddings(key);
        await().until(() -> sets.list().stream().noneMatch(set -> set.name().equals("pets")));
        sets.put(pets, version -> true);
        labels(sets, "pets");

        // Else other processes would find a set that each of them has to encode.
        await().until(() -> content.hasEmbeddings(key));
    }

    @Test
    void sharedStore_offAtTheStart_isUsedOnceItIsThere() {
        var content = new MemoryLabelSetStore();
        content.put(Sets.of("pets", "cat"), Optional.empty());
        var shared = new SwitchableStore(content, true);
        shared.switchOff(true);

        LabelSets sets = sets(shared, model);
        assertThat(sets.list()).hasSize(2);
        shared.switchOff(false);

        await().until(() -> sets.list().size() == 3);
        assertThat(labels(sets, "pets").labels()).containsExactly("cat");
    }

    @Test
    void sharedStore_changesWhileSetsAreEncodedAtTheStart_areNoticed() {
        try (var held = new HeldEncoder(100_000)) {
            var content = new MemoryLabelSetStore();
            LabelSets sets = sets(new SwitchableStore(content, true), held.model("m"));

            content.put(Sets.of("pets", "cat"), Optional.empty());

            await().until(() -> sets.list().size() == 3);
            assertThat(held.encoded()).isZero();
        }
    }

    @Test
    void split_intoTwoSets_givesTheSameSimilarities() {
        LabelSets sets = sets(store, model);
        sets.put(Sets.of("both", "cat", "dog", "fish", "owl"), version -> true);
        sets.put(Sets.of("first", "owl", "cat"), version -> true);
        sets.put(Sets.of("second", "dog", "fish"), version -> true);
        Embedding image = embedding("anything");

        Map<String, Double> parts = new HashMap<>();
        for (String name : List.of("first", "second")) {
            addSimilarities(labels(sets, name), image, parts);
        }

        Map<String, Double> whole = new HashMap<>();
        addSimilarities(labels(sets, "both"), image, whole);
        assertThat(parts).isEqualTo(whole).hasSize(4);
    }

    private static void addSimilarities(LabelEmbeddings labels, Embedding image, Map<String, Double> target) {
        double[] similarities = labels.similarities(image);
        for (int i = 0; i < similarities.length; i++) {
            target.put(labels.labels().get(i), similarities[i]);
        }
    }
}
