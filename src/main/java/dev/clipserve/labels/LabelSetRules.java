package dev.clipserve.labels;

import dev.clipserve.clip.TextEncoder;
import dev.clipserve.labels.LabelSet.Entry;
import dev.clipserve.zeroshot.InvalidLabelsException;
import dev.clipserve.zeroshot.LabelLimits;
import dev.clipserve.zeroshot.PromptTemplate;
import dev.clipserve.zeroshot.TemplateEnsemble;
import dev.clipserve.zeroshot.TemplateLimits;
import java.util.List;
import java.util.stream.Gatherers;
import java.util.stream.Stream;

/**
 * How large a set may be, and what its texts must be like: the rules of a request's own labels and templates, with a
 * bound for the prompts that fits sets.
 *
 * @param labels the rules of a request's labels
 * @param templates the rules of a request's templates
 * @param maxPrompts prompts of all labels together
 */
public record LabelSetRules(LabelLimits labels, TemplateLimits templates, int maxPrompts) {

    /**
     * Checks a set before it is accepted.
     *
     * @param model whose tokenizer has to take the texts
     * @throws InvalidLabelsException for labels or prompts that are not allowed
     * @throws dev.clipserve.zeroshot.InvalidTemplatesException for templates that are not allowed
     * @throws dev.clipserve.text.ReservedTokenException if a text spells out a control token
     */
    public void check(LabelSet set, TextModel model) {
        labels.check(set.entries().stream().map(Entry::label).toList(), set.noneLabel());
        set.description().ifPresent(description -> labels.checkText(description, "The description"));
        set.entries().forEach(this::checkPrompts);
        TemplateEnsemble ensemble =
                templates.check(set.templates().isEmpty() ? List.of("default") : set.templates(), model.presets());
        checkCount(set, ensemble.templates().size());
        samples(set, ensemble)
                .gather(Gatherers.windowFixed(TextEncoder.TOKENIZED_AT_ONCE))
                .forEach(model.encoder()::tokenize);
    }

    private void checkPrompts(Entry entry) {
        String ofLabel = " of label '" + LabelLimits.shorten(entry.label()) + "'";
        for (int i = 0; i < entry.prompts().size(); i++) {
            labels.checkText(entry.prompts().get(i), "Prompt " + (i + 1) + ofLabel);
        }
        LabelLimits.refuseDuplicates(entry.prompts(), "In the prompts" + ofLabel + ",");
    }

    private void checkCount(LabelSet set, int templateCount) {
        long prompts = set.allEntries().stream()
                .mapToLong(entry -> entry.prompts().isEmpty()
                        ? templateCount
                        : entry.prompts().size())
                .sum();
        if (prompts > maxPrompts) {
            throw new InvalidLabelsException(
                    "The labels make " + prompts + " prompts; at most " + maxPrompts + " are allowed in a label set.");
        }
    }

    /**
     * Every text once: each label in one template, one label in each template, and each prompt. All labels in all
     * templates would take seconds, and find no more than a token that is spelled half by a template and half by a
     * label; encoding finds that.
     */
    private static Stream<String> samples(LabelSet set, TemplateEnsemble ensemble) {
        PromptTemplate first = ensemble.templates().getFirst();
        List<Entry> entries = set.allEntries();
        Stream<String> ofEntries = entries.stream()
                .flatMap(entry ->
                        entry.prompts().isEmpty() ? Stream.of(first.prompt(entry.label())) : entry.prompts().stream());
        return Stream.concat(ofEntries, ensemble.prompts(entries.getLast().label()).stream());
    }
}
