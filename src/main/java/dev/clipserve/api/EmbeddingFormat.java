package dev.clipserve.api;

import dev.clipserve.clip.Embedding;
import dev.clipserve.zeroshot.LabelLimits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/** How embeddings are written in JSON. */
public enum EmbeddingFormat {
    /** A list of numbers. */
    FLOAT,
    /** Little-endian float32 in base64: less than half the size, and no digits to parse. */
    BASE64;

    /**
     * As requests name it.
     *
     * @throws ProblemException if there is no such format
     */
    public static EmbeddingFormat of(String name) {
        return switch (name.strip()) {
            case "float" -> FLOAT;
            case "base64" -> BASE64;
            default ->
                throw RequestFields.wrong("encoding_format", "'" + LabelLimits.shorten(name) + "'", "float or base64");
        };
    }

    /** The numbers in base64. */
    public static String base64(Embedding embedding) {
        float[] values = embedding.toArray();
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
