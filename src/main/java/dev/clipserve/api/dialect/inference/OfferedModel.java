package dev.clipserve.api.dialect.inference;

import dev.clipserve.zeroshot.ZeroShotModel;
import java.util.List;

/**
 * A model as this protocol sees it: a loaded model in one of its roles.
 *
 * @param name what requests call it
 */
record OfferedModel(String name, ZeroShotModel model, Role role) {

    /** There is one version of each, since what is loaded never changes. */
    static final String VERSION = "1";

    /** The protocol's name for a model that ONNX Runtime runs. */
    private static final String PLATFORM = "onnx_onnxv1";

    /** What a client may learn of a model. */
    record ModelMetadata(
            String name,
            List<String> versions,
            String platform,
            List<TensorMetadata> inputs,
            List<TensorMetadata> outputs) {}

    ModelMetadata metadata() {
        int dimension = model.clip().dimension();
        return new ModelMetadata(
                name,
                List.of(VERSION),
                PLATFORM,
                role.inputs().stream().map(InputTensor::metadata).toList(),
                role.outputs().stream()
                        .map(output -> output.metadata(dimension))
                        .toList());
    }
}
