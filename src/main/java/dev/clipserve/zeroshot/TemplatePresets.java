package dev.clipserve.zeroshot;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * Templates that go by a name: {@code default}, the model's own; {@code label}, the bare label; and the two ensembles
 * that OpenAI published for ImageNet (openai/CLIP, notebooks/Prompt_Engineering_for_ImageNet.ipynb, MIT licence):
 * {@code openai-80}, all of them, and {@code openai-7}, the seven that do nearly as well.
 */
public final class TemplatePresets {

    private final TemplateEnsemble modelDefault;
    private final SequencedMap<String, List<PromptTemplate>> presets = new LinkedHashMap<>();

    /** The presets for a model with templates of its own. */
    public TemplatePresets(TemplateEnsemble modelDefault) {
        this.modelDefault = modelDefault;
        presets.put("default", modelDefault.templates());
        presets.put("label", TemplateEnsemble.BARE.templates());
        presets.put("openai-7", resource("openai-7"));
        presets.put("openai-80", resource("openai-80"));
    }

    /** The model's own templates. */
    public TemplateEnsemble modelDefault() {
        return modelDefault;
    }

    /** The names, in the order in which the documentation lists them. */
    public SequencedSet<String> names() {
        return Collections.unmodifiableSequencedSet(presets.sequencedKeySet());
    }

    /** The templates of this name; null if there are none. */
    public @Nullable List<PromptTemplate> find(String name) {
        return presets.get(name);
    }

    /**
     * The templates that texts stand for, in their order: one with {@code {}} for itself, any other for the preset of
     * this name.
     *
     * @throws InvalidTemplatesException if there is no such preset
     */
    public List<PromptTemplate> resolve(List<String> texts) {
        return texts.stream().flatMap(text -> resolve(text).stream()).toList();
    }

    /**
     * How many templates texts stand for, without a list of them: a preset's name is short, and many of it stand for
     * more than there is memory for.
     *
     * @throws InvalidTemplatesException if there is no such preset
     */
    long count(List<String> texts) {
        return texts.stream().mapToLong(text -> resolve(text).size()).sum();
    }

    private List<PromptTemplate> resolve(String text) {
        if (text.contains(PromptTemplate.PLACE)) {
            return List.of(new PromptTemplate(text));
        }
        List<PromptTemplate> preset = find(text.strip());
        if (preset == null) {
            throw new InvalidTemplatesException("'" + LabelLimits.shorten(text)
                    + "' has no {} where the label goes, and is none of the presets: " + String.join(", ", names())
                    + ".");
        }
        return preset;
    }

    private static List<PromptTemplate> resource(String name) {
        String file = "/templates/" + name + ".txt";
        try (InputStream in = TemplatePresets.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(PromptTemplate::new)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
