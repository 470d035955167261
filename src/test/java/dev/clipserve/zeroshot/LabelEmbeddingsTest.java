package dev.clipserve.zeroshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.clip.Embedding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class LabelEmbeddingsTest {

    private static Embedding embedding(Random random, int dimension) {
        float[] features = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            features[i] = (float) random.nextGaussian();
        }
        return Embedding.normalize(features);
    }

    private static List<EncodedLabel> labels(Random random, int count, int dimension) {
        return IntStream.range(0, count)
                .mapToObj(i -> new EncodedLabel("label " + i, embedding(random, dimension), 7, 7))
                .toList();
    }

    /** The sum in the order of the dimensions, as {@link Embedding#similarity} takes it, to the last bit. */
    @Property(tries = 200)
    void similarities_anyNumberOfLabels_areTheSumsInTheDimensionsOrder(
            @ForAll @IntRange(min = 1, max = 3 * LabelEmbeddings.TILE) int count,
            @ForAll @IntRange(min = 1, max = 40) int dimension,
            @ForAll long seed) {
        var random = new Random(seed);
        Embedding image = embedding(random, dimension);
        List<EncodedLabel> labels = labels(random, count, dimension);

        double[] actual = new LabelEmbeddings(labels).similarities(image);

        assertThat(actual)
                .containsExactly(labels.stream()
                        .mapToDouble(label -> label.embedding().similarity(image))
                        .toArray());
    }

    @Property(tries = 20)
    void similarities_otherOrderAndNeighbours_areTheSameBits(@ForAll long seed) {
        var random = new Random(seed);
        Embedding image = embedding(random, 512);
        List<EncodedLabel> labels = labels(random, 600, 512);
        double[] all = new LabelEmbeddings(labels).similarities(image);

        List<Integer> some = new ArrayList<>(IntStream.range(0, 600).boxed().toList());
        Collections.shuffle(some, random);
        some = some.subList(0, 1 + random.nextInt(600));
        double[] actual = new LabelEmbeddings(some.stream().map(labels::get).toList()).similarities(image);

        assertThat(actual)
                .containsExactly(some.stream().mapToDouble(place -> all[place]).toArray());
    }

    @Example
    void cut_labelsBeyondTheContext_areNamedInOrder() {
        Embedding embedding = Embedding.normalize(new float[] {1, 0});

        var labels = new LabelEmbeddings(List.of(
                new EncodedLabel("long", embedding, 89, 77),
                new EncodedLabel("short", embedding, 77, 77),
                new EncodedLabel("longer", embedding, 90, 77)));

        assertThat(labels.labels()).containsExactly("long", "short", "longer");
        assertThat(labels.cut()).containsExactly(new CutLabel("long", 89, 77), new CutLabel("longer", 90, 77));
    }

    @Example
    void similarities_imageOfAnotherDimension_isRefused() {
        var labels = new LabelEmbeddings(labels(new Random(1), 3, 8));

        assertThatThrownBy(() -> labels.similarities(embedding(new Random(1), 9)))
                .hasMessageContaining("9 and 8");
    }

    @Example
    void assemble_noLabels_isRefused() {
        assertThatThrownBy(() -> new LabelEmbeddings(List.of())).hasMessageContaining("no labels");
    }
}
