package dev.clipserve.api.dialect.inference;

import dev.clipserve.api.JsonFields;
import dev.clipserve.api.LimitedInputStream;
import dev.clipserve.api.RequestFields;
import dev.clipserve.api.RequestLimits;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.info.BuildProperties;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the protocol says of the server and of its models: health and metadata. */
@RestController
public class InferenceMetadataController {

    private final OfferedModels models;
    private final HealthEndpoint health;
    private final RequestLimits limits;
    private final String version;

    /**
     * A controller for all models.
     *
     * @param health the service's own; its groups decide what live and ready mean
     * @param build absent where the service was not built by Maven
     */
    public InferenceMetadataController(
            OfferedModels models, HealthEndpoint health, RequestLimits limits, ObjectProvider<BuildProperties> build) {
        this.models = models;
        this.health = health;
        this.limits = limits;
        BuildProperties properties = build.getIfAvailable();
        this.version = properties == null ? "unknown" : String.valueOf(properties.getVersion());
    }

    /** What the server is. */
    record ServerMetadata(String name, String version, List<String> extensions) {}

    /** Whether the process is there. */
    record ServerLive(boolean live) {}

    /** Whether the service takes requests. */
    record ServerReady(boolean ready) {}

    /** Whether a model takes requests. */
    record ModelReady(String name, boolean ready) {}

    /** A model and its state, as the repository's index lists it. */
    record IndexEntry(String name, String version, String state, String reason) {}

    @GetMapping("/v2")
    ResponseEntity<Object> server() {
        return answer(true, new ServerMetadata("ClipServe", version, List.of("binary_tensor_data")));
    }

    @GetMapping("/v2/health/live")
    ResponseEntity<Object> live() {
        boolean live = isUp("liveness");
        return answer(live, new ServerLive(live));
    }

    @GetMapping("/v2/health/ready")
    ResponseEntity<Object> ready() {
        boolean ready = isUp("readiness");
        return answer(ready, new ServerReady(ready));
    }

    @GetMapping("/v2/models/{*path}")
    ResponseEntity<Object> model(@PathVariable String path, HttpServletRequest http)
            throws HttpRequestMethodNotSupportedException {
        ModelPath target = ModelPath.of(path);
        OfferedModel model = models.find(target);
        target.requireMethod("GET");
        if (target.operation() == ModelPath.Operation.METADATA) {
            return answer(true, model.metadata());
        }
        boolean ready = isUp("readiness");
        return answer(ready, new ModelReady(model.name(), ready));
    }

    /** The part of Triton's repository extension that only asks; its clients ask with an empty body. */
    @PostMapping("/v2/repository/index")
    ResponseEntity<Object> index(HttpServletRequest http) throws IOException {
        boolean onlyReady = onlyReady(http);
        boolean ready = isUp("readiness");
        if (onlyReady && !ready) {
            return answer(true, List.of());
        }
        return answer(
                true,
                models.all().stream()
                        .map(model -> new IndexEntry(
                                model.name(),
                                OfferedModel.VERSION,
                                ready ? "READY" : "UNAVAILABLE",
                                ready ? "" : "the service is not ready"))
                        .toList());
    }

    private boolean onlyReady(HttpServletRequest http) throws IOException {
        byte[] body = new LimitedInputStream(http.getInputStream(), limits.maxBodyBytes()).readAllBytes();
        if (body.length == 0) {
            return false;
        }
        JsonFields fields = JsonFields.read(new ByteArrayInputStream(body), limits);
        RequestFields.allowOnly(Set.of("ready"), fields.names());
        return fields.flag("ready").orElse(false);
    }

    private boolean isUp(String group) {
        var state = health.healthForPath(group);
        return state != null && Status.UP.equals(state.getStatus());
    }

    private static ResponseEntity<Object> answer(boolean good, Object body) {
        return ResponseEntity.status(good ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                .contentType(MediaType.APPLICATION_JSON)
                .body(body);
    }
}
