package dev.clipserve.cli;

import dev.clipserve.batching.Deadline;
import dev.clipserve.labels.DeclaredLabelSetException;
import dev.clipserve.labels.DeclaredLabelSets;
import dev.clipserve.labels.GivenSets;
import dev.clipserve.labels.LabelSet;
import dev.clipserve.labels.LabelSetNotReadyException;
import dev.clipserve.labels.LabelSetSettings;
import dev.clipserve.labels.LabelSets;
import dev.clipserve.labels.MemoryLabelSetStore;
import dev.clipserve.labels.PreparedSet;
import dev.clipserve.labels.PresetLabelSets;
import dev.clipserve.labels.TextModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Encodes the one label set that a command names: a file, or one that ships. */
final class LabelSetOption {

    private final LoadedModel loaded;
    private final TextModel texts;

    LabelSetOption(LoadedModel loaded) {
        this.loaded = loaded;
        this.texts = TextModel.of(loaded.model());
    }

    /**
     * The set, encoded.
     *
     * @throws UsageException if there is none, or its file is not as it should be
     */
    PreparedSet prepare(String given) {
        LabelSet set = DeclaredLabelSets.isDeclaration(given) ? fromFile(Path.of(given)) : preset(given);
        var settings = new LabelSetSettings(0, Long.MAX_VALUE, LoadedModel.PATIENCE, LoadedModel.PATIENCE);
        try (var sets = new LabelSets(
                new MemoryLabelSetStore(),
                new GivenSets(List.of(), List.of(set)),
                List.of(texts),
                settings,
                new SimpleMeterRegistry())) {
            return sets.prepare(set.name(), texts, Deadline.after(LoadedModel.PATIENCE));
        } catch (LabelSetNotReadyException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private LabelSet fromFile(Path file) {
        try {
            return new DeclaredLabelSets(loaded.setRules(), texts).readOne(file);
        } catch (DeclaredLabelSetException e) {
            throw new UsageException(
                    e.getCause() instanceof IOException io ? IoFaults.words(io) : String.valueOf(e.getMessage()), e);
        }
    }

    private static LabelSet preset(String name) {
        List<LabelSet> presets = PresetLabelSets.read();
        return presets.stream()
                .filter(set -> set.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UsageException("There is no label set '" + name + "'; there is "
                        + presets.stream().map(LabelSet::name).collect(Collectors.joining(", "))
                        + ", and any file that ends in .yaml, .yml or .json."));
    }
}
