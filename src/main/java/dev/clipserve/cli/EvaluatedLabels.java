package dev.clipserve.cli;

import dev.clipserve.api.LocalClassification.LocalModel;
import dev.clipserve.api.LocalLabels;
import dev.clipserve.batching.Deadline;
import dev.clipserve.cli.evaluate.Printable;
import dev.clipserve.cli.evaluate.Variant;
import dev.clipserve.zeroshot.CutLabel;
import dev.clipserve.zeroshot.LabelEmbeddings;
import dev.clipserve.zeroshot.PromptTemplate;
import dev.clipserve.zeroshot.TemplateEnsemble;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** The labels of an evaluation, in each of the templates that are compared. */
final class EvaluatedLabels {

    private static final String DEFAULT = "default";

    private final LocalLabels local;
    private final List<String> labels;
    private final Terminal terminal;

    EvaluatedLabels(LoadedModel loaded, List<String> labels, Terminal terminal) {
        this.local =
                new LocalLabels(new LocalModel(loaded.model(), loaded.limits(), Deadline.after(LoadedModel.PATIENCE)));
        this.labels = labels;
        this.terminal = terminal;
    }

    /**
     * What is compared, each once: the bundle's own templates, each that was given, and last, as the main ones, all
     * that were given together, which is what {@code classify} makes of them.
     *
     * @param each whether templates of presets are taken alone, too
     */
    List<Variant> variants(List<String> given, boolean each) {
        SequencedMap<TemplateEnsemble, String> variants = new LinkedHashMap<>();
        List<String> texts = given.isEmpty() ? List.of(DEFAULT) : given;
        TemplateEnsemble all = local.templates(texts);
        TemplateEnsemble own = local.templates(List.of(DEFAULT));
        variants.put(
                own, own.templates().size() == 1 ? own.templates().getFirst().text() : DEFAULT);
        for (String text : texts) {
            variants.putIfAbsent(local.templates(List.of(text)), text);
        }
        if (each) {
            for (PromptTemplate template : all.templates()) {
                variants.putIfAbsent(new TemplateEnsemble(List.of(template)), template.text());
            }
        }
        String name = variants.remove(all);
        variants.putLast(all, name == null ? "all given, averaged" : name);
        List<Variant> named = new ArrayList<>();
        variants.forEach((templates, called) -> named.add(new Variant(called, templates)));
        return named;
    }

    /** The labels in a variant's templates. */
    LabelEmbeddings encode(Variant variant) {
        return local.encode(labels, variant.templates());
    }

    /**
     * Tells of labels that the model cannot take whole in a variant's templates.
     *
     * @throws dev.clipserve.api.ProblemException if a label is not as it should be
     */
    void check(Variant variant) {
        List<CutLabel> cut = encode(variant).cut();
        if (!cut.isEmpty()) {
            CutLabel first = cut.getFirst();
            terminal.say("warning: " + cut.size() + " of " + labels.size()
                    + " labels make more tokens than the model takes; '" + Printable.of(first.label()) + "' makes "
                    + first.tokens() + ", of which it takes " + first.context());
        }
    }
}
