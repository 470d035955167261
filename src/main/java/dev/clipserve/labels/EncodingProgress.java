package dev.clipserve.labels;

import java.util.Optional;

/**
 * How far the encoding of a set for a model is.
 *
 * @param done prompts that are encoded
 * @param total prompts that there are
 * @param error why it failed, where it has
 */
public record EncodingProgress(State state, int done, int total, Optional<String> error) {

    /** Where an encoding stands. */
    public enum State {
        /** Nobody has asked for it yet; the first who does starts it. */
        PENDING,
        /** It is under way. */
        ENCODING,
        /** It is there; using it costs no text work. */
        READY,
        /** It could not be made; who asks for it after a while starts it again. */
        FAILED
    }

    static EncodingProgress pending(int total) {
        return new EncodingProgress(State.PENDING, 0, total, Optional.empty());
    }

    static EncodingProgress ready(int total) {
        return new EncodingProgress(State.READY, total, total, Optional.empty());
    }

    static EncodingProgress encoding(int done, int total) {
        return new EncodingProgress(State.ENCODING, done, total, Optional.empty());
    }

    static EncodingProgress failed(int total, String error) {
        return new EncodingProgress(State.FAILED, 0, total, Optional.of(error));
    }
}
