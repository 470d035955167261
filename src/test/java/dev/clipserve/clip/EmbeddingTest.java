package dev.clipserve.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingTest {

    private static Embedding of(float... features) {
        return Embedding.normalize(features);
    }

    @Test
    void normalize_anyLength_givesLengthOne() {
        // 3-4-5
        assertThat(of(3, 4)).isEqualTo(of(0.6f, 0.8f)).hasSameHashCodeAs(of(0.6f, 0.8f));
        assertThat(of(3, 4).similarity(of(3, 4))).isCloseTo(1, within(1e-7));
        assertThat(of(3, 4).similarity(of(-4, 3))).isCloseTo(0, within(1e-7));
    }

    @ParameterizedTest
    @ValueSource(floats = {0, Float.NaN, Float.POSITIVE_INFINITY})
    void normalize_noDirection_isRefused(float value) {
        assertThatThrownBy(() -> of(value, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void normalizeRows_matrix_givesEachRow() {
        assertThat(Embedding.normalizeRows(new float[] {3, 4, 0, 2}, 2)).containsExactly(of(3, 4), of(0, 1));
    }

    @Test
    void mean_ofTwo_pointsBetweenThem() {
        // (1, 0) and (0.6, 0.8): their sum (1.6, 0.8) points along (2, 1)
        Embedding mean = Embedding.mean(List.of(of(1, 0), of(3, 4)));

        assertThat(mean.similarity(of(2, 1))).isCloseTo(1, within(1e-7));
    }

    @Test
    void mean_ofOpposites_isRefused() {
        assertThatThrownBy(() -> Embedding.mean(List.of(of(1, 0), of(-1, 0))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void similarity_otherDimension_isRefused() {
        assertThatThrownBy(() -> of(1, 0).similarity(of(1, 0, 0))).hasMessage("Dimensions differ: 2 and 3");
    }

    @Test
    void logit_withABias_isScaledAndShifted() {
        assertThat(new LogitScale(100, OptionalDouble.of(-10)).logit(0.3)).isCloseTo(20, within(1e-12));
        assertThat(new LogitScale(100, OptionalDouble.empty()).logit(0.3)).isCloseTo(30, within(1e-12));
    }
}
