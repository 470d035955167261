package dev.clipserve.labels;

import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.Embedding;
import dev.clipserve.clip.TextEncoder;
import dev.clipserve.text.TokenIds;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What turns prompts into embeddings: a model's text encoder, or in tests something that can be held up. */
public interface PromptEncoder {

    /** See {@link TextEncoder#tokenize(List)}. */
    List<TokenIds> tokenize(List<String> prompts);

    /** See {@link TextEncoder#encode}. */
    CompletableFuture<List<Embedding>> encode(List<TokenIds> prompts, Deadline deadline);

    /** The text encoder of a model. */
    static PromptEncoder of(TextEncoder texts) {
        return new PromptEncoder() {
            @Override
            public List<TokenIds> tokenize(List<String> prompts) {
                return texts.tokenize(prompts);
            }

            @Override
            public CompletableFuture<List<Embedding>> encode(List<TokenIds> prompts, Deadline deadline) {
                return texts.encode(prompts, deadline);
            }
        };
    }
}
