package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** What answers say of their connection, before and while the service drains. */
class LastAnswersTest {

    private final ApplicationAvailabilityBean availability = new ApplicationAvailabilityBean();
    private final MockHttpServletResponse response = new MockHttpServletResponse();

    private void becomes(ReadinessState state) {
        availability.onApplicationEvent(new AvailabilityChangeEvent<>(this, state));
    }

    @Test
    void answer_whileTheServiceIsReady_keepsItsConnection() throws Exception {
        becomes(ReadinessState.ACCEPTING_TRAFFIC);

        new LastAnswers(availability)
                .doFilter(
                        new MockHttpServletRequest(),
                        response,
                        (_, answer) -> answer.getOutputStream().write(1));

        assertThat(response.containsHeader("Connection")).isFalse();
    }

    @Test
    void answer_toARequestThatBeganBeforeTheDrain_endsItsConnection() throws Exception {
        becomes(ReadinessState.ACCEPTING_TRAFFIC);

        new LastAnswers(availability).doFilter(new MockHttpServletRequest(), response, (_, answer) -> {
            becomes(ReadinessState.REFUSING_TRAFFIC);
            answer.getOutputStream().write(1);
        });

        assertThat(response.getHeader("Connection")).isEqualTo("close");
    }
}
