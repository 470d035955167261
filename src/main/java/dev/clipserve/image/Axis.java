package dev.clipserve.image;

import dev.clipserve.image.Preprocessing.Rounding;

/**
 * One dimension of a resize: {@code source} pixels become {@code target}, of which only {@code count} from
 * {@code first} on are wanted.
 *
 * @param target may be far larger than any picture in memory: a thin picture is stretched before the crop
 */
record Axis(int source, long target, long first, int count) {

    /** What a centre crop keeps: offset (target − crop) / 2, rounded, cut to what there is. */
    static Axis centred(int source, long target, int crop, Rounding rounding) {
        return new Axis(source, target, rounding.half(Math.max(0, target - crop)), (int) Math.min(target, crop));
    }

    /** How many pixels the whole axis loses; negative when it grows. */
    long loss() {
        return source - target;
    }

    /** The first source pixel that a resize by this filter reads, or one shortly before it. */
    int readsFrom(Resample filter) {
        return (int) Math.max(first * scale() - reach(filter), 0);
    }

    /** The source pixel behind the last one that a resize by this filter reads, or one shortly after it. */
    int readsTo(Resample filter) {
        return (int) Math.min((first + count) * scale() + reach(filter), source);
    }

    /**
     * Half the filter's width, and two pixels for rounding and for weights of 0 that make all rows of weights alike.
     */
    private double reach(Resample filter) {
        return filter.support() * Math.max(scale(), 1) + 2;
    }

    private double scale() {
        return (double) source / target;
    }

    Axis firstHalf() {
        return new Axis(source, target, first, count / 2);
    }

    Axis secondHalf() {
        return new Axis(source, target, first + count / 2, count - count / 2);
    }
}
