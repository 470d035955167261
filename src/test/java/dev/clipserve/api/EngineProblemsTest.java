package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.batching.BatchWorker;
import dev.clipserve.batching.Deadline;
import dev.clipserve.batching.MicroBatcher;
import dev.clipserve.batching.QueueSpec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.springframework.http.ResponseEntity;
import org.springframework.mock.web.MockHttpServletRequest;

/** What callers are told when the model fails; the failures are those of a real batcher. */
class EngineProblemsTest {

    private static final RequestLimits LIMITS = new RequestLimits(1, 1, 1, 1, 1, 1, 1);

    /** Fails at everything, in words that are not for callers. */
    private record Failing(boolean sound) implements BatchWorker<Integer, Integer> {

        @Override
        public List<Integer> run(List<Integer> batch) {
            throw new IllegalStateException("node /secret/MatMul");
        }

        @Override
        public Condition examine() {
            if (!sound) {
                throw new IllegalStateException("device 3 is gone");
            }
            return Condition.SOUND;
        }
    }

    private static ResponseEntity<Object> answer(boolean sound) {
        var registry = new SimpleMeterRegistry();
        var spec = new QueueSpec<Integer>("test", "test", new BatchPolicy(1, 1, 1, Duration.ZERO), _ -> 0, _ -> 1);
        var handler = new ApiErrorHandler(LIMITS, new ErrorBodies(List.of(), new ProblemMeters(registry)));
        try (var batcher = new MicroBatcher<>(spec, registry, List.of(new Failing(sound)))) {
            var failure = Assertions.catchThrowableOfType(
                    CompletionException.class,
                    () -> batcher.submit(List.of(1), Deadline.after(Duration.ofDays(1)))
                            .join());
            return handler.batch(failure, new MockHttpServletRequest("POST", "/classify"));
        }
    }

    @Test
    void batch_itemAtWhichTheModelFails_isNotEncodable() {
        ResponseEntity<Object> answer = answer(true);

        assertThat(answer.getStatusCode().value()).isEqualTo(422);
        assertThat(answer.getBody())
                .isEqualTo(Problem.of(ProblemType.NOT_ENCODABLE, ProblemType.NOT_ENCODABLE.explanation()));
    }

    @Test
    void batch_modelThatDoesNotWork_isToBeAskedAgainLater() {
        ResponseEntity<Object> answer = answer(false);

        assertThat(answer.getStatusCode().value()).isEqualTo(503);
        assertThat(answer.getHeaders().getFirst("Retry-After")).isEqualTo("5");
        assertThat(answer.getBody())
                .isEqualTo(Problem.of(ProblemType.MODEL_UNAVAILABLE, ProblemType.MODEL_UNAVAILABLE.explanation()));
    }

    @Test
    void deadline_ofACaller_goesOnWhileTheBodyIsSent() {
        var request = new MockHttpServletRequest("POST", "/classify");
        request.addHeader("X-Request-Timeout-Ms", "60000");
        long before = System.nanoTime();
        RequestDeadlines.letIn(request, "key web");
        long after = System.nanoTime();

        Deadline deadline = new RequestDeadlines(Duration.ofDays(1)).of(request);

        long minute = Duration.ofMinutes(1).toNanos();
        assertThat(deadline.nanos() - minute).isBetween(before, after);
    }

    @Test
    void deadline_longerThanTheServicesOwn_isThat() {
        var request = new MockHttpServletRequest("POST", "/classify");
        request.addHeader("X-Request-Timeout-Ms", "999999999999999999");
        RequestDeadlines.letIn(request, "key web");

        assertThat(new RequestDeadlines(Duration.ofMinutes(1)).of(request).remaining())
                .isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
    }

    @Test
    void deadline_ofARequestThatWasLetIn_isItsCallers() {
        var request = new MockHttpServletRequest("POST", "/classify");
        request.addHeader("X-Request-Timeout-Ms", "60000");
        RequestDeadlines.letIn(request, "key web");

        Deadline deadline = new RequestDeadlines(Duration.ofDays(1)).of(request);

        assertThat(deadline.caller()).isEqualTo("key web");
        assertThat(deadline.remaining()).isLessThanOrEqualTo(Duration.ofMinutes(1));
    }
}
