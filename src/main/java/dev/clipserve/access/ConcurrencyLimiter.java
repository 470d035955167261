package dev.clipserve.access;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Counts each caller's requests that are under way; who has none is not remembered. */
final class ConcurrencyLimiter {

    private final int max;
    private final ConcurrentMap<String, Integer> underWay = new ConcurrentHashMap<>();

    ConcurrencyLimiter(int max) {
        this.max = max;
    }

    /** Whether one more may be under way; if so, it has to be left later. */
    boolean enter(String caller) {
        boolean[] entered = {false};
        underWay.compute(caller, (_, count) -> {
            int now = count == null ? 0 : count;
            entered[0] = now < max;
            return entered[0] ? now + 1 : count;
        });
        return entered[0];
    }

    void leave(String caller) {
        underWay.computeIfPresent(caller, (_, count) -> count == 1 ? null : count - 1);
    }

    /** Callers with requests under way. */
    int callers() {
        return underWay.size();
    }
}
