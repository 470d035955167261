package dev.clipserve.labels;

import java.util.List;

/**
 * Sets that cannot be changed.
 *
 * @param declared by the operator, in files
 * @param presets that ship with the service
 */
public record GivenSets(List<LabelSet> declared, List<LabelSet> presets) {

    public GivenSets {
        declared = List.copyOf(declared);
        presets = List.copyOf(presets);
    }
}
