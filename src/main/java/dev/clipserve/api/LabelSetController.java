package dev.clipserve.api;

import dev.clipserve.labels.EncodingProgress.State;
import dev.clipserve.labels.LabelSet;
import dev.clipserve.labels.LabelSetJson;
import dev.clipserve.labels.LabelSetRules;
import dev.clipserve.labels.LabelSetStatus;
import dev.clipserve.labels.LabelSetSummary;
import dev.clipserve.labels.LabelSets;
import dev.clipserve.labels.TextModel;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** {@code /label-sets}: named labels with their prompts, encoded once, for {@code label_set} of {@code /classify}. */
@RestController
@RequestMapping(path = "/label-sets", produces = MediaType.APPLICATION_JSON_VALUE)
public class LabelSetController {

    /** Encoding takes seconds or minutes: asking more often tells little. */
    private static final String RETRY_SECONDS = "1";

    private final LabelSets sets;
    private final LabelSetRules rules;
    private final ModelCalls calls;
    private final RequestLimits limits;

    public LabelSetController(LabelSets sets, LabelSetRules rules, ModelCalls calls, RequestLimits limits) {
        this.sets = sets;
        this.rules = rules;
        this.calls = calls;
        this.limits = limits;
    }

    @GetMapping
    LabelSetFacts.Overview all() {
        return new LabelSetFacts.Overview(
                sets.list().stream().map(LabelSetFacts.Entry::of).toList());
    }

    /** A definition may be as large as a body. It is read for who does not have it, when its answer has room. */
    @GetMapping("/{name}")
    ResponseEntity<JsonNode> one(@PathVariable String name, HttpServletRequest http) {
        ModelCall call = calls.open(http, Optional.empty());
        Preconditions preconditions = Preconditions.of(http);
        LabelSetSummary known = sets.summary(name);
        if (preconditions.isKnown(Optional.of(known.version()))) {
            return unchanged(known.version());
        }
        call.awaitRoomForDefinition(known.bytes());
        LabelSet set = sets.find(name);
        String version = set.version();
        if (preconditions.isKnown(Optional.of(version))) {
            return unchanged(version);
        }
        if (!version.equals(known.version())) {
            // Others have replaced it meanwhile, maybe by a larger one.
            call.awaitRoomForDefinition(set.bytes());
        }
        return ResponseEntity.ok()
                .header(HttpHeaders.ETAG, Preconditions.tag(version))
                .body(LabelSetJson.write(set));
    }

    private static ResponseEntity<JsonNode> unchanged(String version) {
        return ResponseEntity.status(HttpStatus.NOT_MODIFIED)
                .header(HttpHeaders.ETAG, Preconditions.tag(version))
                .build();
    }

    @GetMapping("/{name}/status")
    LabelSetFacts.Status status(
            @PathVariable String name,
            @RequestParam(name = "model", required = false) @Nullable String model,
            HttpServletRequest http) {
        ModelCall call = calls.open(http, Optional.ofNullable(model));
        return LabelSetFacts.Status.of(sets.status(name, TextModel.of(call.model())));
    }

    /** Whatever the content type says, the body has to be JSON: curl calls it a form. */
    @PutMapping("/{name}")
    ResponseEntity<LabelSetFacts.Status> put(@PathVariable String name, HttpServletRequest http) throws IOException {
        ModelCall call = calls.open(http, Optional.empty());
        Preconditions preconditions = Preconditions.of(http);
        JsonNode body = JsonFields.tree(new LimitedInputStream(http.getInputStream(), limits.maxBodyBytes()));
        checkCount(body);
        LabelSet set = LabelSetJson.read(name, body);
        TextModel model = TextModel.of(call.model());
        rules.check(set, model);
        LabelSets.Outcome outcome = sets.put(set, preconditions.forChange());
        return answer(outcome, sets.encode(set, model, call.deadline()));
    }

    /** Before anything is made of them: there may be a million. What is no list, reading refuses. */
    private void checkCount(JsonNode body) {
        JsonNode labels = body.path("labels");
        if (labels.isArray()) {
            rules.labels().checkCount(labels.size() + (body.path("none_label").isString() ? 1 : 0));
        }
    }

    private static ResponseEntity<LabelSetFacts.Status> answer(LabelSets.Outcome outcome, LabelSetStatus status) {
        String path = "/label-sets/" + status.name();
        boolean created = outcome == LabelSets.Outcome.CREATED;
        State state = status.progress().state();
        ResponseEntity.BodyBuilder answer = state == State.ENCODING || state == State.PENDING
                ? ResponseEntity.accepted()
                        .location(URI.create(path + "/status"))
                        .header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS)
                : created ? ResponseEntity.created(URI.create(path)) : ResponseEntity.ok();
        return answer.header(HttpHeaders.ETAG, Preconditions.tag(status.version()))
                .body(LabelSetFacts.Status.of(status));
    }

    @DeleteMapping("/{name}")
    ResponseEntity<Void> delete(@PathVariable String name, HttpServletRequest http) {
        sets.delete(name, Preconditions.of(http).forChange());
        return ResponseEntity.noContent().build();
    }
}
