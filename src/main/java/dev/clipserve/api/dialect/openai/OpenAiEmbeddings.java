package dev.clipserve.api.dialect.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.clipserve.api.EmbeddingFormat;
import dev.clipserve.api.FloatVector;
import dev.clipserve.clip.Embedding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The answer of {@code /v1/embeddings}: an entry for each input, in their order. */
record OpenAiEmbeddings(String object, List<Entry> data, String model, Usage usage) {

    /**
     * One embedding.
     *
     * @param index the input's place in the request, from 0
     * @param embedding a list of numbers, or base64
     */
    record Entry(String object, int index, Object embedding) {}

    /** Tokens of the texts, start and end included; an image has none. */
    record Usage(
            @JsonProperty("prompt_tokens") int prompt,
            @JsonProperty("total_tokens") int total) {}

    static OpenAiEmbeddings of(String model, Collection<Embedding> embeddings, EmbeddingFormat format, int tokens) {
        List<Entry> data = new ArrayList<>();
        for (Embedding embedding : embeddings) {
            data.add(new Entry("embedding", data.size(), write(embedding, format)));
        }
        return new OpenAiEmbeddings("list", data, model, new Usage(tokens, tokens));
    }

    private static Object write(Embedding embedding, EmbeddingFormat format) {
        return switch (format) {
            case FLOAT -> new FloatVector(embedding);
            case BASE64 -> EmbeddingFormat.base64(embedding);
        };
    }
}
