package dev.clipserve.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.access.Verdict.Admitted;
import dev.clipserve.access.Verdict.Refused;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class GateTest {

    private static final KeyRing KEYS = KeyRing.of(List.of(
            Keys.key("web", "web key", Scope.CLASSIFY),
            Keys.key("all", "all key", Scope.CLASSIFY, Scope.LABEL_SETS, Scope.METRICS)));
    private static final KeyRing NO_KEYS = KeyRing.of(List.of());
    private static final Limits TWO_AN_HOUR = new Limits(2, Duration.ofHours(1), 2, 0);
    private static final Limits ONE_AT_ONCE = new Limits(0, Duration.ofSeconds(1), 0, 1);

    private final MeterRegistry registry = new SimpleMeterRegistry();

    private Gate gate(KeyRing keys, Limits limits) {
        return new Gate(keys, limits, registry);
    }

    private static Refused refused(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Refused.class);
        return (Refused) verdict;
    }

    private static Admitted admitted(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Admitted.class);
        return (Admitted) verdict;
    }

    private double counted(Refusal reason) {
        return registry.get("clipserve.access.refused")
                .tag("reason", reason.tag())
                .counter()
                .count();
    }

    @Test
    void ask_keyWithoutTheScope_isRefusedAndCounted() {
        Gate gate = gate(KEYS, Limits.NONE);

        admitted(gate.ask("web key", "a", Scope.CLASSIFY));
        admitted(gate.ask("all key", "a", Scope.METRICS));

        assertThat(refused(gate.ask("web key", "a", Scope.METRICS)).reason()).isEqualTo(Refusal.SCOPE_MISSING);
        assertThat(refused(gate.ask("web key", "a", Scope.LABEL_SETS)).reason()).isEqualTo(Refusal.SCOPE_MISSING);
        assertThat(refused(gate.ask("other key", "a", Scope.CLASSIFY)).reason()).isEqualTo(Refusal.KEY_UNKNOWN);
        assertThat(refused(gate.ask(null, "a", Scope.CLASSIFY)).reason()).isEqualTo(Refusal.KEY_MISSING);
        assertThat(counted(Refusal.SCOPE_MISSING)).isEqualTo(2);
        assertThat(counted(Refusal.KEY_UNKNOWN)).isEqualTo(1);
        assertThat(counted(Refusal.KEY_MISSING)).isEqualTo(1);
    }

    @Test
    void ask_openService_takesAnyKeyAndNone() {
        Gate gate = gate(NO_KEYS, Limits.NONE);

        admitted(gate.ask(null, "a", Scope.METRICS));
        admitted(gate.ask("any", "a", Scope.LABEL_SETS));
    }

    @Test
    void ask_tooOften_isRefusedUntilARequestIsEarned() {
        Gate gate = gate(NO_KEYS, TWO_AN_HOUR);

        assertThat(admitted(gate.ask(null, "a", Scope.CLASSIFY))
                        .quota()
                        .orElseThrow()
                        .remaining())
                .isEqualTo(1);
        admitted(gate.ask(null, "a", Scope.CLASSIFY));
        Refused third = refused(gate.ask("ignored", "a", Scope.CLASSIFY));

        assertThat(third.reason()).isEqualTo(Refusal.TOO_OFTEN);
        assertThat(third.quota().orElseThrow().remaining()).isZero();
        // Two an hour: one in half an hour.
        assertThat(third.pause()).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(30));
        assertThat(third.quota().orElseThrow().reset()).isBetween(Duration.ofMinutes(31), Duration.ofHours(1));
        admitted(gate.ask(null, "b", Scope.CLASSIFY));
        assertThat(counted(Refusal.TOO_OFTEN)).isEqualTo(1);
    }

    @Test
    void ask_eachKey_hasItsOwnBucketWhateverTheAddress() {
        Gate gate = gate(KEYS, TWO_AN_HOUR);

        admitted(gate.ask("web key", "a", Scope.CLASSIFY));
        admitted(gate.ask("web key", "b", Scope.CLASSIFY));

        assertThat(refused(gate.ask("web key", "c", Scope.CLASSIFY)).reason()).isEqualTo(Refusal.TOO_OFTEN);
        admitted(gate.ask("all key", "a", Scope.CLASSIFY));
    }

    @Test
    void ask_guessedKeys_areCountedByAddress() {
        Gate gate = gate(KEYS, TWO_AN_HOUR);

        assertThat(refused(gate.ask("guess 1", "a", Scope.CLASSIFY)).reason()).isEqualTo(Refusal.KEY_UNKNOWN);
        assertThat(refused(gate.ask("guess 2", "a", Scope.CLASSIFY)).reason()).isEqualTo(Refusal.KEY_UNKNOWN);
        assertThat(refused(gate.ask("guess 3", "a", Scope.CLASSIFY)).reason()).isEqualTo(Refusal.TOO_OFTEN);
        admitted(gate.ask("web key", "a", Scope.CLASSIFY));
    }

    @Test
    void ask_addressNamedLikeAKey_doesNotUseUpTheKeys() {
        Gate gate = gate(KEYS, TWO_AN_HOUR);

        for (int i = 0; i < 3; i++) {
            refused(gate.ask(null, "key web", Scope.CLASSIFY));
        }

        admitted(gate.ask("web key", "a", Scope.CLASSIFY));
    }

    @Test
    void ask_tooManyAtOnce_isRefusedUntilOneLeaves() {
        Gate gate = gate(KEYS, ONE_AT_ONCE);
        Admitted first = admitted(gate.ask("web key", "a", Scope.CLASSIFY));

        Refused second = refused(gate.ask("web key", "a", Scope.CLASSIFY));

        assertThat(first.caller()).isEqualTo("key web");
        assertThat(second.reason()).isEqualTo(Refusal.TOO_MANY_AT_ONCE);
        assertThat(second.pause()).isEqualTo(Duration.ofSeconds(1));
        admitted(gate.ask("all key", "a", Scope.CLASSIFY));
        first.leave().run();
        admitted(gate.ask("web key", "a", Scope.CLASSIFY));
    }

    @Test
    void ask_refusedByScope_isNotUnderWay() {
        Gate gate = gate(KEYS, ONE_AT_ONCE);

        refused(gate.ask("web key", "a", Scope.METRICS));

        admitted(gate.ask("web key", "a", Scope.CLASSIFY));
    }
}
