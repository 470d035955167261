package dev.clipserve.cli;

import dev.clipserve.hub.Hub;

/** Where commands get their model from. */
public interface ModelSource {

    /**
     * Loads a model.
     *
     * @throws ModelUnavailableException if it cannot be loaded
     * @throws InvalidSettingException if a setting is not as it should be
     */
    LoadedModel load(ModelChoice choice);

    /**
     * The hub that models are pulled from.
     *
     * @throws InvalidSettingException if a setting is not as it should be
     */
    Hub hub();
}
