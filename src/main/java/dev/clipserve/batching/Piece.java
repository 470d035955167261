package dev.clipserve.batching;

import dev.clipserve.batching.Submission.Item;
import java.util.List;

/**
 * A batch, or what is left of one that failed.
 *
 * @param failures how often a run of these very items, alone or as a part, brought down what ran it
 */
record Piece<I, O>(List<Item<I, O>> items, int failures) {

    /** Without what nobody waits for any more. */
    Piece<I, O> wanted() {
        return new Piece<>(items.stream().filter(item -> !item.abandoned()).toList(), failures);
    }

    boolean isAlone() {
        return items.size() == 1;
    }

    /** Two halves, so that one bad item among many is found in few runs. */
    List<Piece<I, O>> halves() {
        int middle = items.size() / 2;
        return List.of(
                new Piece<>(items.subList(0, middle), failures),
                new Piece<>(items.subList(middle, items.size()), failures));
    }

    /** Each item by itself, after a failure that costs too much to meet again with others. */
    List<Piece<I, O>> singles() {
        return items.stream()
                .map(item -> new Piece<>(List.of(item), failures + 1))
                .toList();
    }

    List<I> inputs() {
        return items.stream().map(Item::input).toList();
    }

    void complete(List<O> outputs) {
        for (int i = 0; i < outputs.size(); i++) {
            items.get(i).complete(outputs.get(i));
        }
    }

    void fail(RuntimeException cause) {
        items.forEach(item -> item.fail(cause));
    }
}
