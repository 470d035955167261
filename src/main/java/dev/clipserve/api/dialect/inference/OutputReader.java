package dev.clipserve.api.dialect.inference;

import dev.clipserve.api.JsonFields;
import dev.clipserve.api.ProblemException;
import dev.clipserve.api.RequestFields;
import dev.clipserve.api.dialect.inference.InferenceRequest.RequestedOutput;
import dev.clipserve.zeroshot.LabelLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads {@code outputs}: which of the model's outputs are wanted, and in which form.
 *
 * @param binary whether outputs that say nothing else are binary
 */
record OutputReader(OfferedModel model, boolean binary) {

    private static final Set<String> FIELDS = Set.of("name", "parameters");
    private static final Set<String> PARAMETERS = Set.of("binary_data");

    /** The outputs that are asked for, or all. */
    List<RequestedOutput> read(List<JsonFields> outputs) {
        if (outputs.isEmpty()) {
            return model.role().outputs().stream()
                    .map(tensor -> new RequestedOutput(tensor, binary))
                    .toList();
        }
        List<RequestedOutput> requested = new ArrayList<>();
        for (JsonFields output : outputs) {
            RequestedOutput next = readOne(output);
            if (requested.stream().anyMatch(earlier -> earlier.tensor() == next.tensor())) {
                throw ProblemException.invalid("Output '" + next.tensor().wireName() + "' is there twice.");
            }
            requested.add(next);
        }
        return requested;
    }

    private RequestedOutput readOne(JsonFields output) {
        RequestFields.allowOnly(FIELDS, output.names());
        String name = output.text("name")
                .orElseThrow(() -> ProblemException.invalid("An element of 'outputs' has no 'name'."));
        OutputTensor tensor = model.role().outputs().stream()
                .filter(offered -> offered.wireName().equals(name))
                .findFirst()
                .orElseThrow(() -> ProblemException.invalid("Model '" + model.name() + "' has no output '"
                        + LabelLimits.shorten(name) + "'; it has " + names() + "."));
        return new RequestedOutput(
                tensor,
                Parameters.of(output, PARAMETERS)
                        .flatMap(parameters -> parameters.flag("binary_data"))
                        .orElse(binary));
    }

    private String names() {
        return model.role().outputs().stream().map(OutputTensor::wireName).collect(Collectors.joining(", "));
    }
}
