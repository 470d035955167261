package dev.clipserve.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.clipserve.clip.ModelBundle;
import dev.clipserve.image.ImagePreparer;
import dev.clipserve.zeroshot.Models;
import dev.clipserve.zeroshot.Scoring;
import dev.clipserve.zeroshot.ZeroShotModel;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /models}: what is loaded, and what a caller has to know of it. */
@RestController
public class ModelController {

    private final Models models;
    private final ModelCalls calls;

    public ModelController(Models models, ModelCalls calls) {
        this.models = models;
        this.calls = calls;
    }

    /** All models. */
    record ModelList(List<ModelDescription> models) {}

    /**
     * What a model is.
     *
     * @param main whether it answers requests that name no model
     * @param digest SHA-256 of all that it computes with
     * @param preprocessing version of the decoding and resizing before it
     * @param dimension numbers of an embedding
     * @param context tokens of the longest text, start and end included
     * @param scorings what a request may ask for as its scoring
     * @param defaultScoring what it gets where it does not ask
     * @param bias SigLIP's; left out where the model has none
     * @param templates the model's own prompt templates
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ModelDescription(
            String name,
            @JsonProperty("default") boolean main,
            String digest,
            @JsonProperty("preprocessing_version") String preprocessing,
            int dimension,
            @JsonProperty("context_length") int context,
            @JsonProperty("image_size") Size imageSize,
            List<String> scorings,
            @JsonProperty("default_scoring") String defaultScoring,
            @JsonProperty("logit_scale") double scale,
            @JsonProperty("logit_bias") @Nullable Double bias,
            List<String> templates,
            String provider,
            String precision) {}

    /** Pixels of what the image encoder sees. */
    record Size(int width, int height) {}

    @GetMapping(path = "/models", produces = MediaType.APPLICATION_JSON_VALUE)
    ModelList all() {
        return new ModelList(models.all().stream().map(this::describe).toList());
    }

    /** Names may contain slashes, as on Hugging Face's hub. */
    @GetMapping(path = "/models/{*name}", produces = MediaType.APPLICATION_JSON_VALUE)
    ModelDescription one(@PathVariable String name) {
        return describe(calls.find(name.substring(1)));
    }

    private ModelDescription describe(ZeroShotModel model) {
        ModelBundle bundle = model.clip().bundle();
        var bias = bundle.logitScale().bias();
        return new ModelDescription(
                model.name(),
                model.name().equals(models.main().name()),
                model.digest(),
                String.valueOf(ImagePreparer.VERSION),
                model.clip().dimension(),
                bundle.context(),
                new Size(
                        bundle.preprocessing().outputWidth(),
                        bundle.preprocessing().outputHeight()),
                scorings(model),
                label(model.classifier().standard()),
                bundle.logitScale().scale(),
                bias.isPresent() ? bias.getAsDouble() : null,
                bundle.templates(),
                model.clip().provider(),
                bundle.precision().label());
    }

    private static List<String> scorings(ZeroShotModel model) {
        return Arrays.stream(Scoring.values())
                .filter(scoring ->
                        scoring != Scoring.INDEPENDENT || model.classifier().scoresIndependently())
                .map(ModelController::label)
                .toList();
    }

    private static String label(Scoring scoring) {
        return scoring.name().toLowerCase(Locale.ROOT);
    }
}
