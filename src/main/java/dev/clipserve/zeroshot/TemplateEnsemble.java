package dev.clipserve.zeroshot;

import dev.clipserve.clip.ContentDigest;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

/** The templates whose prompts are averaged into one embedding for each label; in their order, each once. */
public record TemplateEnsemble(List<PromptTemplate> templates) {

    /** The label as it is, in no sentence. */
    public static final TemplateEnsemble BARE = of(List.of(PromptTemplate.PLACE));

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

    /**
     * SHA-256 of the templates, 64 hexadecimal digits: stands for them in the keys of caches, where a hundred templates
     * of a client's own would keep 400 KB alive for a label of 2 KB. Of the characters, not of their UTF-8, in which
     * half of a surrogate pair and a question mark are one.
     */
    String digest() {
        int bytes = templates.stream()
                .mapToInt(template ->
                        Integer.BYTES + Character.BYTES * template.text().length())
                .sum();
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        for (PromptTemplate template : templates) {
            String text = template.text();
            // The length in front: two lists that differ only in where a template ends are two lists.
            buffer.putInt(text.length());
            for (int i = 0; i < text.length(); i++) {
                buffer.putChar(text.charAt(i));
            }
        }
        return HexFormat.of().formatHex(ContentDigest.sha256().digest(buffer.array()));
    }
}
