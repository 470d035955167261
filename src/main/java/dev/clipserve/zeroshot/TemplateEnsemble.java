package dev.clipserve.zeroshot;

import java.util.List;

/** The templates whose prompts are averaged into one embedding for each label; in their order, each once. */
public record TemplateEnsemble(List<PromptTemplate> templates) {

    public TemplateEnsemble {
        templates = templates.stream().distinct().toList();
        if (templates.isEmpty()) {
            throw new IllegalArgumentException("An ensemble needs a template");
        }
    }

    /** An ensemble of templates given as text. */
    public static TemplateEnsemble of(List<String> templates) {
        return new TemplateEnsemble(templates.stream().map(PromptTemplate::new).toList());
    }

    /** A prompt for each template. */
    public List<String> prompts(String label) {
        return templates.stream().map(template -> template.prompt(label)).toList();
    }
}
