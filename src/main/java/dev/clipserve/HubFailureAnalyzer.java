package dev.clipserve;

import dev.clipserve.hub.HubException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at start-up, without a stack trace, why a model cannot be had from the hub and what to do. */
class HubFailureAnalyzer extends AbstractFailureAnalyzer<HubException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, HubException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.remedy() + " docs/hub.md says more.", cause);
    }
}
