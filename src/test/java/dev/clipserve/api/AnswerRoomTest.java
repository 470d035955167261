package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.clipserve.batching.Deadline;
import jakarta.servlet.ServletRequestEvent;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockServletContext;

/** A pair takes 128 bytes, a number of an embedding 8; up to 64 KiB are not counted. */
class AnswerRoomTest {

    private static final Deadline SOON = Deadline.after(Duration.ofMillis(1));

    private final AnswerRoom room = new AnswerRoom(1 << 20);
    private final MockHttpServletRequest first = new MockHttpServletRequest();
    private final MockHttpServletRequest second = new MockHttpServletRequest();

    private void end(MockHttpServletRequest request) {
        room.requestDestroyed(new ServletRequestEvent(new MockServletContext(), request));
    }

    private void assertFull(Runnable await) {
        var refusal = catchThrowableOfType(ProblemException.class, await::run);

        assertThat(refusal.type()).isEqualTo(ProblemType.OVERLOADED);
        assertThat(refusal.headers().getFirst("Retry-After")).isEqualTo("5");
    }

    @Test
    void awaitPairs_asManyAsFit_areLetIn() {
        // 4096 pairs are half a mebibyte.
        room.awaitPairs(first, SOON, 2, 2048);
        room.awaitPairs(second, SOON, 1, 4096);

        // One more than is not counted.
        assertFull(() -> room.awaitPairs(new MockHttpServletRequest(), SOON, 1, 513));
    }

    @Test
    void awaitPairs_roomGivenBack_isLetIn() {
        room.awaitPairs(first, SOON, 1, 8192);
        assertFull(() -> room.awaitPairs(second, SOON, 1, 8192));
        end(second);
        assertFull(() -> room.awaitPairs(second, SOON, 1, 8192));

        end(first);

        room.awaitPairs(second, SOON, 1, 8192);
    }

    @Test
    void awaitEmbeddings_moreThanThereEverIs_haveAllOfIt() {
        room.awaitEmbeddings(first, SOON, 10_000, 768);
        assertFull(() -> room.awaitEmbeddings(second, SOON, 100, 128));

        end(first);

        room.awaitEmbeddings(second, SOON, 1024, 128);
    }

    @Test
    void awaitDefinition_again_takesWhatItWantsNowInstead() {
        room.awaitDefinition(first, SOON, 600_000);
        assertFull(() -> room.awaitDefinition(second, SOON, 600_000));

        room.awaitDefinition(first, SOON, 1 << 20);
        end(first);

        room.awaitDefinition(second, SOON, 1 << 20);
    }

    @Test
    void await_smallAnswers_needNoRoom() {
        room.awaitPairs(first, SOON, 1, 8192);

        room.awaitPairs(second, SOON, 1, 512);
        room.awaitEmbeddings(second, SOON, 16, 512);
        room.awaitDefinition(second, SOON, 65_536);
    }
}
