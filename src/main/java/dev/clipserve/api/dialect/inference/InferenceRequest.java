package dev.clipserve.api.dialect.inference;

import dev.clipserve.api.ImageSource;
import java.util.List;
import java.util.Optional;

/**
 * A request to a model, checked: what is left to go wrong is an image.
 *
 * @param id the caller's own, which the answer repeats
 * @param images those of {@code images}; empty where the model takes none
 * @param texts those of {@code texts} or {@code labels}; empty where the model takes none
 * @param outputs what is answered, in this order
 * @param truncate whether texts that do not fit the context are cut; otherwise they are refused
 */
record InferenceRequest(
        Optional<String> id,
        List<ImageSource> images,
        List<String> texts,
        List<RequestedOutput> outputs,
        boolean truncate) {

    InferenceRequest {
        images = List.copyOf(images);
        texts = List.copyOf(texts);
        outputs = List.copyOf(outputs);
    }

    /**
     * An output that the answer has to have.
     *
     * @param binary whether its numbers come behind the JSON instead of in it
     */
    record RequestedOutput(OutputTensor tensor, boolean binary) {}
}
