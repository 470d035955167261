package dev.clipserve.api.dialect.inference;

import dev.clipserve.api.ImageSource;
import dev.clipserve.api.JsonFields;
import dev.clipserve.api.ProblemException;
import dev.clipserve.api.RequestFields;
import dev.clipserve.api.RequestLimits;
import dev.clipserve.api.TextRules;
import dev.clipserve.api.dialect.inference.InferenceRequest.RequestedOutput;
import dev.clipserve.zeroshot.LabelLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Turns the body of a request into an {@link InferenceRequest}, by the rules that the native contract has, too. */
record InferenceRequestReader(RequestLimits limits) {

    /** Some clients repeat the model; the path has it. */
    private static final Set<String> FIELDS =
            Set.of("id", "model_name", "model_version", "parameters", "inputs", "outputs");

    private static final Set<String> PARAMETERS = Set.of("binary_data_output", "truncate");

    InferenceRequest read(InferenceBody body, OfferedModel model) throws IOException {
        JsonFields json = body.json();
        RequestFields.allowOnly(FIELDS, json.names());
        Optional<String> id = json.text("id");
        id.ifPresent(InferenceRequestReader::requireUnicode);
        Optional<JsonFields> parameters = Parameters.of(json, PARAMETERS);
        boolean binary =
                parameters.flatMap(given -> given.flag("binary_data_output")).orElse(false);
        boolean truncate = parameters.flatMap(given -> given.flag("truncate")).orElse(true);
        List<RequestedOutput> outputs =
                new OutputReader(model, binary).read(json.objects("outputs").orElse(List.of()));
        List<InputData> inputs = inputs(json.objects("inputs").orElse(List.of()), model);
        List<ImageSource> images = List.of();
        List<String> texts = List.of();
        // In the request's order, since that is the order of their binary data.
        for (InputData input : inputs) {
            switch (input.tensor()) {
                case IMAGES -> images = input.images(body);
                case TEXTS -> texts = new TextRules(limits).check(input.texts(body));
                case LABELS -> texts = limits.labels().check(input.texts(body), Optional.empty());
            }
        }
        body.requireEnd();
        return new InferenceRequest(id, images, texts, outputs, truncate);
    }

    private List<InputData> inputs(List<JsonFields> given, OfferedModel model) {
        var reader = new InputReader(model, limits);
        List<InputTensor> missing = new ArrayList<>(model.role().inputs());
        List<InputData> inputs = new ArrayList<>();
        for (JsonFields input : given) {
            InputData data = read(reader, input, inputs.size() + 1);
            if (!missing.remove(data.tensor())) {
                throw ProblemException.invalid("Input '" + data.tensor().wireName() + "' is there twice.");
            }
            inputs.add(data);
        }
        if (!missing.isEmpty()) {
            throw ProblemException.invalid("Model '" + model.name() + "' needs "
                    + InputReader.names(model.role().inputs()) + "; missing: " + InputReader.names(missing) + ".");
        }
        return inputs;
    }

    private static InputData read(InputReader reader, JsonFields input, int place) {
        try {
            return reader.read(input);
        } catch (ProblemException e) {
            throw e.at("Input " + place);
        }
    }

    /** The answer repeats it, and could not be written. */
    private static void requireUnicode(String id) {
        if (!LabelLimits.wellFormed(id)) {
            throw ProblemException.invalid("Field 'id' is not valid Unicode: it has half of a surrogate pair.");
        }
    }
}
