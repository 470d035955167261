package dev.clipserve.api.dialect.inference;

import dev.clipserve.api.JsonFields;
import dev.clipserve.api.ProblemException;
import dev.clipserve.api.RequestFields;
import dev.clipserve.api.RequestLimits;
import dev.clipserve.zeroshot.LabelLimits;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads an element of {@code inputs}: which tensor, how large, and whether its data are in the JSON or behind it. */
record InputReader(OfferedModel model, RequestLimits limits) {

    private static final Set<String> FIELDS = Set.of("name", "datatype", "shape", "parameters", "data");
    private static final Set<String> PARAMETERS = Set.of("binary_data_size", "content_type");

    InputData read(JsonFields input) {
        RequestFields.allowOnly(FIELDS, input.names());
        InputTensor tensor = tensor(required(input.text("name"), "name"));
        String datatype = required(input.text("datatype"), "datatype");
        if (!datatype.equals(InputTensor.DATATYPE)) {
            throw RequestFields.wrong("datatype", "'" + LabelLimits.shorten(datatype) + "'", InputTensor.DATATYPE);
        }
        int count = count(required(input.integers("shape"), "shape"));
        tensor.checkCount(count, limits);
        Optional<JsonFields> parameters = Parameters.of(input, PARAMETERS);
        Optional<Integer> size = parameters.flatMap(given -> given.integer("binary_data_size"));
        Optional<List<String>> data = input.texts("data", RequestFields.Separator.NONE);
        if (size.isPresent() == data.isPresent()) {
            throw ProblemException.invalid("There must be either 'data' or the parameter 'binary_data_size'.");
        }
        parameters
                .flatMap(given -> given.text("content_type"))
                .ifPresent(content -> checkContent(content, tensor, data.isPresent()));
        return data.map(strings -> json(tensor, count, strings))
                .orElseGet(() -> binary(tensor, count, size.orElseThrow()));
    }

    private InputTensor tensor(String name) {
        return model.role().inputs().stream()
                .filter(input -> input.wireName().equals(name))
                .findFirst()
                .orElseThrow(() -> ProblemException.invalid(
                        "Model '" + model.name() + "' has no input '" + LabelLimits.shorten(name) + "'; it has "
                                + names(model.role().inputs()) + "."));
    }

    /** The names of tensors, for messages. */
    static String names(List<InputTensor> tensors) {
        return tensors.stream().map(InputTensor::wireName).collect(Collectors.joining(", "));
    }

    private static int count(List<Integer> shape) {
        if (shape.size() != 1) {
            throw RequestFields.wrong("shape", "of " + shape.size() + " dimensions", "of one, such as [2]");
        }
        return shape.getFirst();
    }

    private static void checkContent(String content, InputTensor tensor, boolean json) {
        if (!json || !content.equals(tensor.jsonContent())) {
            throw RequestFields.wrong(
                    "content_type",
                    "'" + LabelLimits.shorten(content) + "'",
                    "'" + tensor.jsonContent() + "' with 'data', and left out with binary data");
        }
    }

    private static InputData json(InputTensor tensor, int count, List<String> strings) {
        if (strings.size() != count) {
            throw ProblemException.invalid(
                    "The shape is [" + count + "], but 'data' has " + strings.size() + " strings.");
        }
        return new InputData.Json(tensor, strings);
    }

    private static InputData binary(InputTensor tensor, int count, int size) {
        if (size < 0) {
            throw RequestFields.wrong("binary_data_size", String.valueOf(size), "a number of bytes");
        }
        return new InputData.Binary(tensor, count, size);
    }

    private static <T> T required(Optional<T> value, String name) {
        return value.orElseThrow(() -> ProblemException.invalid("Field '" + name + "' is missing."));
    }
}
