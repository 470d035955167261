package dev.clipserve.api.dialect.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.clipserve.api.ModelCalls;
import dev.clipserve.zeroshot.Models;
import dev.clipserve.zeroshot.ZeroShotModel;
import java.time.Instant;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /v1/models}: what is loaded, as OpenAI's clients list it; {@code /models} tells more. */
@RestController
public class OpenAiModelController {

    private final Models models;
    private final ModelCalls calls;
    private final long loaded = Instant.now().getEpochSecond();

    public OpenAiModelController(Models models, ModelCalls calls) {
        this.models = models;
        this.calls = calls;
    }

    /** All models. */
    record ModelList(String object, List<Model> data) {}

    /**
     * A model.
     *
     * @param created seconds since 1970 at which this service loaded it: when it was trained is not known
     */
    record Model(
            String id,
            String object,
            long created,
            @JsonProperty("owned_by") String owner) {}

    @GetMapping(path = "/v1/models", produces = MediaType.APPLICATION_JSON_VALUE)
    ModelList all() {
        return new ModelList("list", models.all().stream().map(this::describe).toList());
    }

    /** Names may contain slashes, which OpenAI's clients escape, and others do not. */
    @GetMapping(path = "/v1/models/{*name}", produces = MediaType.APPLICATION_JSON_VALUE)
    Model one(@PathVariable String name) {
        return describe(calls.find(name.substring(1)));
    }

    private Model describe(ZeroShotModel model) {
        return new Model(model.name(), "model", loaded, "clipserve");
    }
}
