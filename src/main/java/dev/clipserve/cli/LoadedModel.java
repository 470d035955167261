package dev.clipserve.cli;

import dev.clipserve.api.RequestLimits;
import dev.clipserve.labels.LabelSetRules;
import dev.clipserve.zeroshot.ZeroShotModel;
import java.time.Duration;

/**
 * A model that a command works with, and the limits that the service would hold it to.
 *
 * @param maxImageBytes bytes of an image's file
 */
public record LoadedModel(ZeroShotModel model, RequestLimits limits, LabelSetRules setRules, long maxImageBytes)
        implements AutoCloseable {

    /** How long its work may take: nobody else waits for it. */
    static final Duration PATIENCE = Duration.ofDays(365);

    @Override
    public void close() {
        model.clip().close();
    }
}
