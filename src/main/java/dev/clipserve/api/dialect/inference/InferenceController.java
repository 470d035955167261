package dev.clipserve.api.dialect.inference;

import dev.clipserve.api.ModelCall;
import dev.clipserve.api.ModelCalls;
import dev.clipserve.api.PairRules;
import dev.clipserve.api.ProblemException;
import dev.clipserve.api.ProblemType;
import dev.clipserve.api.RequestLimits;
import dev.clipserve.api.dialect.inference.InferenceRequest.RequestedOutput;
import dev.clipserve.zeroshot.LabelLimits;
import dev.clipserve.zeroshot.TemplateEnsemble;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** {@code POST /v2/models/{model}/infer}: tensors in, tensors out, in JSON or binary. */
@RestController
public class InferenceController {

    private final ModelCalls calls;
    private final OfferedModels models;
    private final RequestLimits limits;

    public InferenceController(ModelCalls calls, OfferedModels models, RequestLimits limits) {
        this.calls = calls;
        this.models = models;
        this.limits = limits;
    }

    @PostMapping("/v2/models/{*path}")
    ResponseEntity<Object> infer(@PathVariable String path, HttpServletRequest http)
            throws IOException, HttpRequestMethodNotSupportedException {
        ModelPath target = ModelPath.of(path);
        OfferedModel model = models.find(target);
        target.requireMethod(http.getMethod());
        refuseCompression(http);
        ModelCall call = calls.open(http, Optional.of(model.model().name()));
        var body = InferenceBody.read(http.getInputStream(), http.getHeader(InferenceBody.JSON_LENGTH), limits);
        InferenceRequest request = new InferenceRequestReader(limits).read(body, model);
        awaitRoom(call, model, request);
        Inference inference = switch (model.role()) {
            case IMAGE_ENCODER -> Inference.ofImages(call, request);
            case TEXT_ENCODER -> Inference.ofTexts(call, request);
            case ZERO_SHOT -> Inference.zeroShot(call, request, templates(model, request));
        };
        return answer(call, InferenceResponse.of(model, request, inference), binary(request, inference));
    }

    /** Images are compressed already, and what unpacks has no announced length. */
    private static void refuseCompression(HttpServletRequest http) {
        String encoding = http.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new ProblemException(
                    ProblemType.UNSUPPORTED_ENCODING,
                    "The body has the content encoding '" + LabelLimits.shorten(encoding)
                            + "'; send it as it is, without compression.");
        }
    }

    private void awaitRoom(ModelCall call, OfferedModel model, InferenceRequest request) {
        int images = request.images().size();
        int texts = request.texts().size();
        switch (model.role()) {
            case IMAGE_ENCODER, TEXT_ENCODER -> call.awaitRoomForEmbeddings(images + texts);
            case ZERO_SHOT -> {
                new PairRules(limits).check(images, texts, "labels");
                call.awaitRoomForPairs(images, texts);
            }
        }
    }

    private TemplateEnsemble templates(OfferedModel model, InferenceRequest request) {
        TemplateEnsemble templates =
                limits.templates().check(List.of("default"), model.model().presets());
        limits.checkPrompts(request.texts(), templates);
        return templates;
    }

    /** The outputs that go behind the JSON, in its order. */
    private static List<Matrix> binary(InferenceRequest request, Inference inference) {
        return request.outputs().stream()
                .filter(RequestedOutput::binary)
                .map(output -> inference.output(output.tensor()))
                .toList();
    }

    private static ResponseEntity<Object> answer(ModelCall call, InferenceResponse response, List<Matrix> binary) {
        var answer = ResponseEntity.ok().headers(call.answer(response).getHeaders());
        if (binary.isEmpty()) {
            return answer.contentType(MediaType.APPLICATION_JSON).body(response);
        }
        byte[] json = JsonMapper.shared().writeValueAsBytes(response);
        ByteBuffer body = ByteBuffer.allocate(
                json.length + binary.stream().mapToInt(Matrix::byteSize).sum());
        body.put(json);
        binary.forEach(matrix -> matrix.writeTo(body));
        return answer.contentType(MediaType.APPLICATION_OCTET_STREAM)
                .header(InferenceBody.JSON_LENGTH, String.valueOf(json.length))
                .body(body.array());
    }
}
