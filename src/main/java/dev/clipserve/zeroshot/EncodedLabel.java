package dev.clipserve.zeroshot;

import dev.clipserve.clip.Embedding;

/**
 * A label's embedding, averaged over its prompts.
 *
 * @param tokens how many tokens its longest prompt has, start and end included
 * @param context how many of them the text encoder was given at the most
 */
public record EncodedLabel(String label, Embedding embedding, int tokens, int context) {

    /** Whether a prompt of the label was cut. */
    public boolean truncated() {
        return tokens > context;
    }
}
