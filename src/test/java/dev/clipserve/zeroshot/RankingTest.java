package dev.clipserve.zeroshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RankingTest {

    /** The JDK's stable sort of boxed places. */
    private static int[] naive(double[] scores, int count) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer place) -> scores[place])
                        .reversed())
                .limit(count)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    @Property
    void best_anyScores_equalsAStableSort(
            @ForAll @Size(min = 1, max = 300) double[] scores, @ForAll @IntRange(min = 1, max = 310) int count) {
        assertThat(Ranking.best(scores, count)).containsExactly(naive(scores, count));
    }

    @Property
    void best_manyEquals_keepTheirOrder(
            @ForAll @Size(min = 1, max = 300) @IntRange(min = -2, max = 2) int[] small,
            @ForAll @IntRange(min = 1, max = 310) int count) {
        double[] scores = IntStream.of(small).mapToDouble(i -> i / 2.0).toArray();

        assertThat(Ranking.best(scores, count)).containsExactly(naive(scores, count));
    }

    /** Neighbours by a unit in the last place, which is less than the sort by leading bits tells apart. */
    @Property
    void best_almostEquals_areToldApart(
            @ForAll @DoubleRange(min = -1, max = 1) double base,
            @ForAll @Size(min = 1, max = 300) @IntRange(min = -9, max = 9) int[] steps,
            @ForAll @IntRange(min = 1, max = 310) int count) {
        double[] scores =
                IntStream.of(steps).mapToDouble(i -> base + i * Math.ulp(base)).toArray();

        assertThat(Ranking.best(scores, count)).containsExactly(naive(scores, count));
    }

    @Example
    void best_tenThousandScores_equalsAStableSort() {
        var random = new Random(1);
        double[] scores = random.doubles(10_000, -1, 1).toArray();

        assertThat(Ranking.best(scores, 10_000)).containsExactly(naive(scores, 10_000));
        assertThat(Ranking.best(scores, 5)).containsExactly(naive(scores, 5));
    }

    @Example
    void best_zerosAndExtremes_areOrderedAsDoubleCompareDoes() {
        double[] scores = {-0.0, 0.0, Double.NEGATIVE_INFINITY, Double.MIN_VALUE, -Double.MIN_VALUE, 1, -1};

        assertThat(Ranking.best(scores, 7)).containsExactly(5, 3, 1, 0, 4, 6, 2);
    }
}
