package dev.clipserve;

import dev.clipserve.api.RequestLimits;
import dev.clipserve.labels.DeclaredLabelSets;
import dev.clipserve.labels.FolderLabelSetStore;
import dev.clipserve.labels.GivenSets;
import dev.clipserve.labels.LabelSet;
import dev.clipserve.labels.LabelSetRules;
import dev.clipserve.labels.LabelSetSettings;
import dev.clipserve.labels.LabelSetStore;
import dev.clipserve.labels.LabelSets;
import dev.clipserve.labels.MemoryLabelSetStore;
import dev.clipserve.labels.PresetLabelSets;
import dev.clipserve.labels.TextModel;
import dev.clipserve.zeroshot.Models;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the label sets. */
@Configuration(proxyBeanMethods = false)
class LabelSetConfiguration {

    /** What meters say instead of a model: label sets of all models share one memory. */
    private static final String ALL_MODELS = "all";

    @Bean
    LabelSetRules labelSetRules(RequestLimits limits, ClipServeProperties properties) {
        return properties.labelSets().rules(limits);
    }

    @Bean
    @ConditionalOnProperty(name = "clipserve.label-sets.store", havingValue = "folder", matchIfMissing = true)
    LabelSetStore folderLabelSetStore(ClipServeProperties properties) {
        String folder = properties.labelSets().folder();
        return folder.isBlank() ? new MemoryLabelSetStore() : new FolderLabelSetStore(Path.of(folder));
    }

    @Bean
    LabelSets labelSets(
            LabelSetStore store,
            LabelSetRules rules,
            Models models,
            ClipServeProperties properties,
            MeterRegistry registry) {
        var settings = properties.labelSets();
        Path folder = settings.declared();
        List<LabelSet> declared =
                folder == null ? List.of() : new DeclaredLabelSets(rules, TextModel.of(models.main())).read(folder);
        return new LabelSets(
                store,
                new GivenSets(declared, PresetLabelSets.read()),
                mainFirst(models),
                new LabelSetSettings(
                        settings.maxSets(), settings.maxMemory().toBytes(), settings.patience(), settings.refresh()),
                ModelLoader.tagged(registry, ALL_MODELS));
    }

    private static List<TextModel> mainFirst(Models models) {
        return Stream.concat(
                        Stream.of(models.main()), models.all().stream().filter(model -> !model.equals(models.main())))
                .map(TextModel::of)
                .toList();
    }
}
