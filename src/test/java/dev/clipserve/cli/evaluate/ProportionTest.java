package dev.clipserve.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ProportionTest {

    @Test
    void interval_eightOfTen_isWilsons() {
        // z² = 3.841459: centre (0.8 + 0.19207295) / 1.3841459 = 0.716740,
        // half 1.959964 · √(0.16/10 + 3.841459/400) / 1.3841459 = 0.226578
        Proportion share = new Proportion(8, 10);

        assertThat(share.value()).isEqualTo(0.8);
        assertThat(share.lower()).isCloseTo(0.490162, within(1e-6));
        assertThat(share.upper()).isCloseTo(0.943318, within(1e-6));
    }

    @Test
    void interval_oneOfOne_saysLittle() {
        // The lower end is 1 / (1 + z²).
        Proportion share = new Proportion(1, 1);

        assertThat(share.lower()).isCloseTo(0.206549, within(1e-6));
        assertThat(share.upper()).isEqualTo(1);
    }

    @Property
    void interval_any_holdsTheShareAndIsMirrored(
            @ForAll @IntRange(min = 1, max = 100_000) int of, @ForAll @IntRange(max = 100_000) int drawn) {
        int count = drawn % (of + 1);
        Proportion share = new Proportion(count, of);
        Proportion others = new Proportion(of - count, of);

        assertThat(share.lower()).isBetween(0.0, share.value());
        assertThat(share.upper()).isBetween(share.value(), 1.0);
        assertThat(share.lower()).isCloseTo(1 - others.upper(), within(1e-12));
    }

    @Test
    void json_aShare_hasItsNumbersInTheOrderOfTheReport() {
        assertThat(JsonMapper.shared().writeValueAsString(new Proportion(1, 1)))
                .matches("\\{\"count\":1,\"of\":1,\"value\":1.0,\"lower\":0.2065[0-9]+,\"upper\":1.0}");
    }

    @Test
    void new_moreThanThereAre_isRefused() {
        assertThatThrownBy(() -> new Proportion(3, 2)).hasMessage("3 of 2 is no share");
        assertThatThrownBy(() -> new Proportion(0, 0)).hasMessage("0 of 0 is no share");
    }
}
