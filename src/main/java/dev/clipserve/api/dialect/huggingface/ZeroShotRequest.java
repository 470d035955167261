package dev.clipserve.api.dialect.huggingface;

import dev.clipserve.api.CommaSeparated;
import dev.clipserve.api.ImageSource;
import dev.clipserve.api.JsonFields;
import dev.clipserve.api.ProblemException;
import dev.clipserve.api.RequestFields;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An image and candidate labels, in each of the shapes that Hugging Face's own clients have sent over the years:
 *
 * <pre>
 * {"inputs": "…", "parameters": {"candidate_labels": ["cat", "dog"]}}           huggingface_hub from 0.27
 * {"inputs": {"image": "…"}, "parameters": {"candidate_labels": […]}}           &#64;huggingface/inference
 * {"inputs": {"image": "…", "candidateLabels": "cat,dog"}}                      huggingface_hub 0.26
 * {"image": "…", "parameters": {"candidate_labels": "cat,dog"}}                 huggingface_hub before 0.26
 * </pre>
 *
 * @param labels as given; not checked yet
 * @param template {@code hypothesis_template}; not checked yet
 */
record ZeroShotRequest(ImageSource image, List<String> labels, String template) {

    /** That of the transformers library's pipeline. */
    private static final String DEFAULT_TEMPLATE = "This is a photo of {}.";

    /** {@code options} tell Hugging Face's own service whether to wait and to use its cache. */
    private static final Set<String> FIELDS = Set.of("inputs", "image", "parameters", "options");

    private static final Set<String> PARAMETERS = Set.of("candidate_labels", "hypothesis_template");
    private static final Set<String> INPUTS = Set.of("image", "candidateLabels");

    static ZeroShotRequest read(JsonFields body) {
        RequestFields.allowOnly(FIELDS, body.names());
        Optional<JsonFields> parameters = part(body, "parameters", PARAMETERS);
        Optional<JsonFields> inputs = body.isText("inputs") ? Optional.empty() : part(body, "inputs", INPUTS);
        return new ZeroShotRequest(
                image(body, inputs),
                labels(parameters, inputs),
                parameters.flatMap(fields -> fields.text("hypothesis_template")).orElse(DEFAULT_TEMPLATE));
    }

    private static Optional<JsonFields> part(JsonFields body, String name, Set<String> allowed) {
        Optional<JsonFields> part = body.object(name);
        part.ifPresent(fields -> RequestFields.allowOnly(allowed, fields.names()));
        return part;
    }

    private static ImageSource image(JsonFields body, Optional<JsonFields> inputs) {
        Optional<String> plain = body.isText("inputs") ? body.text("inputs") : Optional.empty();
        String image = only(
                "image",
                "'inputs'",
                Stream.of(plain, inputs.flatMap(fields -> fields.text("image")), body.text("image"))
                        .flatMap(Optional::stream)
                        .toList());
        String start = image.substring(0, Math.min(8, image.length())).toLowerCase(Locale.ROOT);
        return start.startsWith("http://") || start.startsWith("https://")
                ? ImageSource.ofUrl(image)
                : ImageSource.ofBase64(image);
    }

    private static List<String> labels(Optional<JsonFields> parameters, Optional<JsonFields> inputs) {
        return only(
                "list of labels",
                "'parameters.candidate_labels'",
                Stream.of(
                                parameters.flatMap(fields -> candidates(fields, "candidate_labels")),
                                inputs.flatMap(fields -> candidates(fields, "candidateLabels")))
                        .flatMap(Optional::stream)
                        .toList());
    }

    /** A text is split at commas, blanks left out, as the pipelines of transformers do. */
    private static Optional<List<String>> candidates(JsonFields fields, String name) {
        return fields.isText(name) ? fields.text(name).map(CommaSeparated::withoutBlanks) : fields.textOrTexts(name);
    }

    private static <T> T only(String what, String place, List<T> given) {
        if (given.size() == 1) {
            return given.getFirst();
        }
        throw ProblemException.invalid((given.isEmpty() ? "There is no " : "There is more than one ") + what
                + "; give one, in " + place + ".");
    }
}
