package dev.clipserve.labels;

import dev.clipserve.clip.ContentHash;
import dev.clipserve.labels.LabelSet.Entry;
import dev.clipserve.zeroshot.TemplateEnsemble;
import java.util.List;

/** A set as one model reads it: each label with its prompts, made when they are asked for. */
final class ResolvedSet {

    /** Changes when prompts are made or averaged in another way, so that nothing encoded before is taken for it. */
    private static final String SCHEME = "clipserve label set 1";

    private final List<Entry> entries;
    private final TemplateEnsemble templates;
    private final TextModel model;
    private final String key;

    /**
     * Resolves a set.
     *
     * @throws dev.clipserve.zeroshot.InvalidTemplatesException if it names a preset that there is not
     */
    ResolvedSet(LabelSet set, TextModel model) {
        this.entries = set.allEntries();
        this.templates = new TemplateEnsemble(
                model.presets().resolve(set.templates().isEmpty() ? List.of("default") : set.templates()));
        this.model = model;
        var hash = new ContentHash().text(SCHEME).text(model.digest()).number(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            hash.text(label(i)).texts(prompts(i));
        }
        this.key = hash.hex();
    }

    TextModel model() {
        return model;
    }

    /**
     * SHA-256 over the model, the labels and their prompts, 64 hexadecimal digits: the same key, the same embeddings.
     */
    String key() {
        return key;
    }

    /** How many labels there are, the none label counted. */
    int size() {
        return entries.size();
    }

    /** How many prompts there are, of all labels together. */
    int prompts() {
        int prompts = 0;
        for (int i = 0; i < entries.size(); i++) {
            prompts += promptCount(i);
        }
        return prompts;
    }

    String label(int index) {
        return entries.get(index).label();
    }

    int promptCount(int index) {
        List<String> own = entries.get(index).prompts();
        return own.isEmpty() ? templates.templates().size() : own.size();
    }

    List<String> prompts(int index) {
        Entry entry = entries.get(index);
        return entry.prompts().isEmpty() ? templates.prompts(entry.label()) : entry.prompts();
    }
}
