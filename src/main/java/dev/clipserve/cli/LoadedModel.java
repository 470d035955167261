package dev.clipserve.cli;

import dev.clipserve.api.RequestLimits;
import dev.clipserve.labels.LabelSetRules;
import dev.clipserve.zeroshot.ZeroShotModel;

/**
 * A model that a command works with, and the limits that the service would hold it to.
 *
 * @param maxImageBytes bytes of an image's file
 */
public record LoadedModel(ZeroShotModel model, RequestLimits limits, LabelSetRules setRules, long maxImageBytes)
        implements AutoCloseable {

    @Override
    public void close() {
        model.clip().close();
    }
}
