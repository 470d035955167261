package dev.clipserve.labels;

import static dev.clipserve.labels.LabelSetsFixture.LATER;
import static dev.clipserve.labels.LabelSetsFixture.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.Embedding;
import dev.clipserve.text.TokenIds;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is encoded side by side, given up and ended. */
class EncodingsTest {

    private final LabelSetsFixture fixture = new LabelSetsFixture();
    private final SwitchableStore store = new SwitchableStore(new MemoryLabelSetStore(), false);

    @AfterEach
    void close() {
        fixture.close();
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
            LabelSets sets = fixture.sets(store, slow, new LabelSetSettings(20, 1_000_000, Duration.ZERO, LONG));
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
    void replaced_whileItIsEncoded_isGivenUp() {
        try (var held = new HeldEncoder(100_000)) {
            LabelSets sets =
                    fixture.sets(store, held.model("m"), new LabelSetSettings(3, 1_000_000, Duration.ZERO, LONG));
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
    void close_whileEncoding_endsIt() {
        try (var held = new HeldEncoder(100_000)) {
            LabelSets sets =
                    fixture.sets(store, held.model("m"), new LabelSetSettings(3, 1_000_000, Duration.ZERO, LONG));
            sets.put(Sets.of("pets", "cat"), version -> true);
            sets.encode(Sets.of("pets", "cat"), held.model("m"), LATER);

            sets.close();

            assertThatThrownBy(() -> sets.prepare("pets", held.model("m"), LATER))
                    .isInstanceOf(LabelSetNotReadyException.class);
        }
    }
}
