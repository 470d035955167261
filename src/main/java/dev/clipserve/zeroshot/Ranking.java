package dev.clipserve.zeroshot;

import java.util.Arrays;

/**
 * The order of scores from the best down, equals in the order of their places; compared as {@link Double#compare} does.
 */
final class Ranking {

    /** Integers in the scores' order: the highest for the best score. */
    private final long[] keys;

    private Ranking(double[] scores) {
        keys = new long[scores.length];
        for (int place = 0; place < keys.length; place++) {
            long bits = Double.doubleToLongBits(scores[place]);
            // IEEE 754: the bits of positive numbers are in the numbers' order, those of negative ones in the opposite.
            keys[place] = bits ^ ((bits >> 63) & Long.MAX_VALUE);
        }
    }

    /** The places of the {@code count} best scores, the best first; all places if there are not that many. */
    static int[] best(double[] scores, int count) {
        var ranking = new Ranking(scores);
        int[] places = ranking.select(Math.min(count, scores.length));
        ranking.sort(places);
        return places;
    }

    /** The best places in no special order: a heap of them, the worst on top, which any better one throws out. */
    private int[] select(int count) {
        int[] heap = new int[count];
        Arrays.setAll(heap, place -> place);
        if (count == 0 || count == keys.length) {
            return heap;
        }
        for (int at = count / 2 - 1; at >= 0; at--) {
            siftDown(heap, at);
        }
        for (int place = count; place < keys.length; place++) {
            // An equal one stays out: it comes later.
            if (keys[place] > keys[heap[0]]) {
                heap[0] = place;
                siftDown(heap, 0);
            }
        }
        return heap;
    }

    private void siftDown(int[] heap, int start) {
        int moving = heap[start];
        int at = start;
        for (int child = 2 * at + 1; child < heap.length; child = 2 * at + 1) {
            if (child + 1 < heap.length && isBetter(heap[child], heap[child + 1])) {
                child++;
            }
            if (!isBetter(moving, heap[child])) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = moving;
    }

    private boolean isBetter(int a, int b) {
        return keys[a] > keys[b] || (keys[a] == keys[b] && a < b);
    }

    /*
     * Sorts plain integers, for which the JDK has vector instructions: the leading bits of a score, and its place in
     * those that the places need. For ten thousand scores that leaves twelve digits. Scores that are equal so far are
     * then put right by an insertion sort, which finds next to nothing to do.
     */
    private void sort(int[] places) {
        long placeBits = (Long.highestOneBit(Math.max(1, keys.length - 1)) << 1) - 1;
        long[] sorted = new long[places.length];
        for (int i = 0; i < places.length; i++) {
            sorted[i] = (~keys[places[i]] & ~placeBits) | places[i];
        }
        Arrays.sort(sorted);
        for (int i = 0; i < places.length; i++) {
            int place = (int) (sorted[i] & placeBits);
            int at = i;
            for (; at > 0 && isBetter(place, places[at - 1]); at--) {
                places[at] = places[at - 1];
            }
            places[at] = place;
        }
    }
}
