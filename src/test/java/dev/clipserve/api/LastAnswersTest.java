package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** What answers say of their connection, before and after the port is closed. */
class LastAnswersTest {

    private final LastAnswers lastAnswers = new LastAnswers();
    private final MockHttpServletResponse response = new MockHttpServletResponse();

    @Test
    void answer_whileThePortIsOpen_keepsItsConnection() throws Exception {
        lastAnswers.doFilter(
                new MockHttpServletRequest(),
                response,
                (_, answer) -> answer.getOutputStream().write(1));

        assertThat(response.containsHeader("Connection")).isFalse();
    }

    @Test
    void answer_toARequestThatBeganBeforeThePortWasClosed_endsItsConnection() throws Exception {
        lastAnswers.doFilter(new MockHttpServletRequest(), response, (_, answer) -> {
            lastAnswers.begin();
            answer.getOutputStream().write(1);
        });

        assertThat(response.getHeader("Connection")).isEqualTo("close");
    }
}
