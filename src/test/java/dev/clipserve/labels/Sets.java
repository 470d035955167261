package dev.clipserve.labels;

import dev.clipserve.labels.LabelSet.Entry;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Sets for tests. */
final class Sets {

    private Sets() {}

    static LabelSet of(String name, String... labels) {
        return new LabelSet(
                name, Optional.empty(), Stream.of(labels).map(Entry::of).toList(), List.of(), Optional.empty());
    }

    static LabelSet numbered(String name, int size, String... templates) {
        return new LabelSet(
                name,
                Optional.empty(),
                IntStream.range(0, size).mapToObj(i -> Entry.of("thing " + i)).toList(),
                List.of(templates),
                Optional.empty());
    }

    static LabelSet described(LabelSet set, String description) {
        return new LabelSet(set.name(), Optional.of(description), set.entries(), set.templates(), set.noneLabel());
    }
}
