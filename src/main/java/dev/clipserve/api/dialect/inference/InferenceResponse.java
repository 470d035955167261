package dev.clipserve.api.dialect.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.clipserve.api.dialect.inference.InferenceRequest.RequestedOutput;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of an answer.
 *
 * @param parameters how many texts were cut; left out where none was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record InferenceResponse(
        @JsonProperty("model_name") String model,
        @JsonProperty("model_version") String version,
        @Nullable String id,
        @Nullable Map<String, Integer> parameters,
        List<ResponseOutput> outputs) {

    static InferenceResponse of(OfferedModel model, InferenceRequest request, Inference inference) {
        return new InferenceResponse(
                model.name(),
                OfferedModel.VERSION,
                request.id().orElse(null),
                inference.cut() > 0 ? Map.of("truncated_texts", inference.cut()) : null,
                request.outputs().stream()
                        .map(output -> ResponseOutput.of(output, inference.output(output.tensor())))
                        .toList());
    }

    /**
     * An output.
     *
     * @param parameters the size of its binary data; left out where {@code data} has the numbers
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ResponseOutput(
            String name,
            String datatype,
            List<Integer> shape,
            @Nullable Map<String, Integer> parameters,
            @Nullable Matrix data) {

        static ResponseOutput of(RequestedOutput output, Matrix matrix) {
            return new ResponseOutput(
                    output.tensor().wireName(),
                    OutputTensor.DATATYPE,
                    matrix.shape(),
                    output.binary() ? Map.of("binary_data_size", matrix.byteSize()) : null,
                    output.binary() ? null : matrix);
        }
    }
}
