package dev.clipserve.zeroshot;

import dev.clipserve.clip.Embedding;
import dev.clipserve.text.TokenIds;
import java.util.List;

/**
 * A label's embedding, averaged over its prompts.
 *
 * @param tokens how many tokens its longest prompt has, start and end included
 * @param context how many of them the text encoder was given at the most
 */
public record EncodedLabel(String label, Embedding embedding, int tokens, int context) {

    /**
     * The label that these prompts, of which each has an embedding, are about.
     *
     * @param prompts at least one
     */
    public static EncodedLabel of(String label, List<TokenIds> prompts, List<Embedding> embeddings) {
        int tokens = 0;
        int context = 0;
        for (TokenIds prompt : prompts) {
            tokens = Math.max(tokens, prompt.fullLength());
            context = Math.max(context, prompt.length());
        }
        return new EncodedLabel(label, Embedding.mean(embeddings), tokens, context);
    }

    /** Whether a prompt of the label was cut. */
    public boolean truncated() {
        return tokens > context;
    }
}
