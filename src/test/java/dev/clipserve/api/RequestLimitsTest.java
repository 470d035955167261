package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestLimitsTest {

    /** Below 0 there would be no limit at all. */
    @Test
    void maxParts_ofLimitsThatTogetherAreTooMany_isTheMostThereCanBe() {
        var limits = new RequestLimits(1, Integer.MAX_VALUE, Integer.MAX_VALUE, 1, Integer.MAX_VALUE, 1, 1);

        assertThat(limits.maxParts()).isEqualTo(Integer.MAX_VALUE);
    }
}
