package dev.clipserve.labels;

import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.Embedding;
import dev.clipserve.labels.LabelSetException.Reason;
import dev.clipserve.zeroshot.LabelEmbeddings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Label sets, one declared and one preset, and a model that is free to encode them. */
final class LabelSetsFixture implements AutoCloseable {

    static final Deadline LATER = Deadline.after(Duration.ofDays(1));
    static final Duration LONG = Duration.ofHours(1);

    final HeldEncoder encoder = HeldEncoder.free();
    final TextModel model = encoder.model("m");
    private final List<LabelSets> open = new ArrayList<>();

    LabelSets sets(LabelSetStore store, TextModel model) {
        return sets(store, model, new LabelSetSettings(3, 1_000_000, LONG, Duration.ofMillis(5)));
    }

    /** Sets that are closed with the fixture. */
    LabelSets sets(LabelSetStore store, TextModel model, LabelSetSettings settings) {
        var given = new GivenSets(List.of(Sets.of("declared", "a")), List.of(Sets.of("preset", "b")));
        var sets = new LabelSets(store, given, List.of(model), settings, new SimpleMeterRegistry());
        open.add(sets);
        return sets;
    }

    /** Why something is refused. */
    static Reason reasonOf(Runnable work) {
        try {
            work.run();
        } catch (LabelSetException e) {
            return e.reason();
        }
        throw new AssertionError("nothing was refused");
    }

    LabelEmbeddings labels(LabelSets sets, String name) {
        return sets.prepare(name, model, LATER).labels();
    }

    /** What the model makes of a prompt. */
    Embedding embedding(String prompt) {
        return HeldEncoder.embeddingOf(encoder.tokenize(List.of(prompt)).getFirst());
    }

    @Override
    public void close() {
        open.forEach(LabelSets::close);
        encoder.close();
    }
}
