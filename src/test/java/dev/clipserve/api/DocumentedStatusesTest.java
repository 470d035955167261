package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import dev.clipserve.ClipServeApplication;
import dev.clipserve.access.Keys;
import dev.clipserve.api.Contract.Promise;
import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.TextEncoder;
import dev.clipserve.zeroshot.Models;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/**
 * Every status that the contract documents, provoked: what is promised can happen, and looks as promised. That nothing
 * else is ever answered, {@link ServiceClient} sees to, in all tests.
 */
class DocumentedStatusesTest {

    /** Encoding is awaited, however slow the machine. */
    private static final Map<String, Object> DEFAULTS =
            Map.of("clipserve.limits.max-body-size", "1MB", "clipserve.label-sets.wait", "1h");

    private static final String NO_FOLDER = "--clipserve.label-sets.folder=";
    private static final String KEY = "the key of the monitoring";
    private static final int UNSEEN = 500;
    private static final long LARGEST_BODY = Runtime.getRuntime().maxMemory() / 8;
    private static final String FLOWER = Base64.getEncoder().encodeToString(ServiceClient.FLOWER);
    private static final String CUT_SHORT =
            Base64.getEncoder().encodeToString(Arrays.copyOf(ServiceClient.FLOWER, ServiceClient.FLOWER.length / 2));

    private static final List<ConfigurableApplicationContext> CONTEXTS = new ArrayList<>();

    @TempDir
    private static Path folder;

    /** As it should be. */
    private static ServiceClient well;

    /** Its model is closed under it. */
    private static ServiceClient broken;

    /** Its store of label sets cannot be reached. */
    private static ServiceClient cutOff;

    /** Waits for no encoding. */
    private static ServiceClient impatient;

    /** Takes one text at a time. */
    private static ServiceClient busy;

    /** Misses its canary, and has room for one body of the largest size. */
    private static ServiceClient unready;

    /** Wants a key. */
    private static ServiceClient guarded;

    /** Has answered the one request that it answers in an hour. */
    private static ServiceClient exhausted;

    private static TextEncoder texts;

    private final Contract contract = new Contract();
    private final Map<Promise, Supplier<Answer>> provocations = new HashMap<>();

    DocumentedStatusesTest() {
        forImages("classify", "/classify", "labels");
        forImages("compare", "/similarity", "texts");
        forImages("embed", "/embeddings", "texts");
        forOpenAi();
        forHuggingFace();
        forInference("", "");
        forInference("Version", "/versions/1");
        forInferenceServer();
        forReaders("listModels", "/models");
        forReaders("getModel", "/models/mini-clip");
        provoke("getModel", 404, () -> well.get("/models/none"));
        forLabelSets();
        forReaders("listProblemTypes", "/problems");
        forReaders("getProblemType", "/problems/overloaded");
        provoke("getProblemType", 404, () -> well.get("/problems/none"));
        provoke("getContract", 200, () -> well.get("/openapi.yaml"));
        provoke("getPlayground", 200, () -> well.get("/"));
        provoke("getPlayground", 304, () -> {
            String version = well.get("/").headers().firstValue("ETag").orElseThrow();
            return with("/", "If-None-Match", version);
        });
        provoke("getPlayground", 404, () -> unready.get("/"));
        provoke("getDocs", 200, () -> well.get("/docs"));
        forReaders("getLiveness", "/actuator/health/liveness");
        provoke("getLiveness", 503, () -> whileBroken(() -> well.get("/actuator/health/liveness")));
        forReaders("getReadiness", "/actuator/health/readiness");
        provoke("getReadiness", 503, () -> unready.get("/actuator/health/readiness"));
        forKeysAndLimits();
    }

    /** What all have in common that are not open. The right to see metrics is not enough for any of them. */
    private void forKeysAndLimits() {
        contract.operations().stream()
                .filter(operation -> !operation.scopes().isEmpty())
                .forEach(operation -> {
                    provoke(operation.id(), 401, () -> guarded.ask(operation));
                    provocations.putIfAbsent(
                            new Promise(operation.id(), 403), () -> guarded.ask(operation, "X-API-Key", KEY));
                    provoke(operation.id(), 429, () -> exhausted.ask(operation));
                });
    }

    @BeforeAll
    static void startServices() {
        well = start();
        broken = start();
        CONTEXTS.getLast().getBean(Models.class).close();
        cutOff = start(new SpringApplication(ClipServeApplication.class, UnreachableStore.class));
        impatient = start("--clipserve.label-sets.wait=0");
        busy = start("--clipserve.batching.max-waiting-texts=1");
        texts = CONTEXTS.getLast().getBean(Models.class).main().clip().texts();
        ReadinessHttpTest.copyBundleWithAnotherAnswer(folder);
        guarded = start(
                "--clipserve.access.keys[0].name=monitoring",
                "--clipserve.access.keys[0].scopes=metrics",
                "--clipserve.access.keys[0].sha256=" + Keys.sha256(KEY));
        exhausted = start("--clipserve.access.rate-limit.requests=1", "--clipserve.access.rate-limit.period=1d");
        exhausted.get("/models");
        unready = start(
                "--clipserve.model.path=" + folder,
                "--clipserve.limits.max-body-size=" + LARGEST_BODY + "B",
                // Who takes the memory for bodies may keep it for longer than others wait.
                "--server.tomcat.connection-timeout=5m",
                "--clipserve.playground.enabled=false");
    }

    /**
     * Asks while the queue of texts is full: an empty one takes a submission of any size, which is given up at the end.
     */
    private static Answer whileBusy(Supplier<Answer> question) {
        var work =
                texts.encode(Collections.nCopies(100_000, texts.tokenize("text")), Deadline.after(Duration.ofDays(1)));
        try {
            return question.get();
        } finally {
            work.cancel(true);
        }
    }

    /** Asks while another body takes all the memory that there is for bodies. */
    private static Answer whileFull(Supplier<Answer> question) {
        try (Socket slow = new Socket("localhost", unready.port())) {
            slow.getOutputStream()
                    .write(("POST /classify HTTP/1.1\r\nHost: x\r\nContent-Length: " + LARGEST_BODY + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return await().until(question::get, answer -> answer.status() != 200);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Asks while the process says that it is broken beyond repair. */
    private static Answer whileBroken(Supplier<Answer> question) {
        var context = CONTEXTS.getFirst();
        AvailabilityChangeEvent.publish(context, LivenessState.BROKEN);
        try {
            return question.get();
        } finally {
            AvailabilityChangeEvent.publish(context, LivenessState.CORRECT);
        }
    }

    private static ServiceClient start(String... arguments) {
        return start(new SpringApplication(ClipServeApplication.class), arguments);
    }

    private static ServiceClient start(SpringApplication application, String... arguments) {
        application.setDefaultProperties(DEFAULTS);
        String[] all = Stream.concat(Stream.of("--server.port=0", NO_FOLDER), Stream.of(arguments))
                .toArray(String[]::new);
        var context = application.run(all);
        CONTEXTS.add(context);
        return new ServiceClient(
                context.getBean(Environment.class).getRequiredProperty("local.server.port", Integer.class));
    }

    @AfterAll
    static void stopServices() {
        CONTEXTS.forEach(ConfigurableApplicationContext::close);
    }

    private void provoke(String operation, int status, Supplier<Answer> provocation) {
        provocations.put(new Promise(operation, status), provocation);
    }

    /** What operations that only tell something have in common: they tell it in JSON, and in nothing else. */
    private void forReaders(String operation, String path) {
        provoke(operation, 200, () -> well.get(path));
        provoke(operation, 406, () -> with(path, "Accept", "application/yaml"));
    }

    /** What operations that take images and texts have in common. */
    private void forImages(String operation, String path, String field) {
        String good = "{'images':[{'base64':'" + FLOWER + "'}],'" + field + "':['a cat']}";
        forEncoders(operation, path, good);
        provoke(operation, 403, () -> json(well, path, good.replace("'base64':'" + FLOWER, "'url':'http://a/b")));
        provoke(operation, 404, () -> json(well, path, good.replace("]}", "],'model':'none'}")));
        provoke(operation, 415, () -> json(well, path, good.replace(FLOWER, "bm8gaW1hZ2U=")));
        provoke(operation, 422, () -> json(well, path, good.replace(FLOWER, CUT_SHORT)));
    }

    private void forOpenAi() {
        String operation = "embedAsOpenAi";
        String path = "/v1/embeddings";
        String good = "{'model':'mini-clip','input':['a cat','data:image/png;base64," + FLOWER + "']}";
        forEncoders(operation, path, good);
        provoke(
                operation,
                403,
                () -> json(well, path, "{'model':'mini-clip','input':'http://a/b','modality':'image'}"));
        provoke(operation, 404, () -> json(well, path, good.replace("mini-clip", "none")));
        forReaders("listModelsAsOpenAi", "/v1/models");
        forReaders("getModelAsOpenAi", "/v1/models/mini-clip");
        provoke("getModelAsOpenAi", 404, () -> well.get("/v1/models/none"));
    }

    private void forHuggingFace() {
        String operation = "classifyAsHuggingFace";
        String path = "/models/mini-clip";
        String good = "{'inputs':'" + FLOWER + "','parameters':{'candidate_labels':['a cat']}}";
        forEncoders(operation, path, good);
        provoke(operation, 403, () -> json(well, path, good.replace(FLOWER, "http://a/b")));
        provoke(operation, 404, () -> json(well, "/models/none", good));
        provoke(operation, 415, () -> json(well, path, good.replace(FLOWER, "bm8gaW1hZ2U=")));
        provoke(operation, 422, () -> json(well, path, good.replace(FLOWER, CUT_SHORT)));
    }

    private void forInference(String suffix, String version) {
        String operation = "infer" + suffix;
        String path = "/v2/models/mini-clip" + version + "/infer";
        String good = "{'inputs':[{'name':'images','shape':[1],'datatype':'BYTES','data':['" + FLOWER
                + "']},{'name':'labels','shape':[COUNT],'datatype':'BYTES','data':['a cat']}]}";
        String one = good.replace("COUNT", "1");
        forEveryEncoder(operation, path, one, good.replace("COUNT", String.valueOf(UNSEEN)));
        provoke(operation, 404, () -> json(well, "/v2/models/none" + version + "/infer", one));
        provoke(operation, 415, () -> json(well, path, one.replace(FLOWER, "bm8gaW1hZ2U=")));
        provoke(operation, 422, () -> json(well, path, one.replace(FLOWER, CUT_SHORT)));
        String metadata = "getInferenceModel" + suffix;
        provoke(metadata, 200, () -> well.get("/v2/models/mini-clip" + version));
        provoke(metadata, 404, () -> well.get("/v2/models/none" + version));
        provoke(metadata + "Ready", 200, () -> well.get("/v2/models/mini-clip" + version + "/ready"));
        provoke(metadata + "Ready", 404, () -> well.get("/v2/models/none" + version + "/ready"));
        provoke(metadata + "Ready", 503, () -> unready.get("/v2/models/mini-clip" + version + "/ready"));
    }

    private void forInferenceServer() {
        provoke("getInferenceServer", 200, () -> well.get("/v2"));
        provoke("getInferenceLive", 200, () -> well.get("/v2/health/live"));
        provoke("getInferenceLive", 503, () -> whileBroken(() -> well.get("/v2/health/live")));
        provoke("getInferenceReady", 200, () -> well.get("/v2/health/ready"));
        provoke("getInferenceReady", 503, () -> unready.get("/v2/health/ready"));
        String index = "listInferenceModels";
        String path = "/v2/repository/index";
        provoke(index, 200, () -> json(unready, path, "{'ready':true}"));
        provoke(index, 400, () -> json(well, path, "{"));
        provoke(index, 413, () -> json(well, path, " ".repeat(1 << 20) + "{}"));
        provoke(index, 503, () -> whileFull(() -> json(unready, path, "{}")));
    }

    /** What native operations that run the encoders have in common; {@code good} has the text {@code a cat}. */
    private void forEncoders(String operation, String path, String good) {
        forEveryEncoder(operation, path, good, good);
        provoke(operation, 406, () -> json(well, path, good, "Accept", "image/png"));
    }

    /** What all have in common; {@code many} is the same with room for {@link #UNSEEN} texts. */
    private void forEveryEncoder(String operation, String path, String good, String many) {
        provoke(operation, 200, () -> json(well, path, good));
        provoke(operation, 400, () -> json(well, path, "{"));
        provoke(operation, 413, () -> json(well, path, " ".repeat(1 << 20) + good));
        provoke(operation, 500, () -> json(broken, path, good));
        provoke(operation, 503, () -> whileBusy(() -> json(busy, path, good)));
        String unseen = unseen(operation + " ", "','");
        provoke(operation, 504, () -> json(well, path, many.replace("a cat", unseen), "X-Request-Timeout-Ms", "1"));
    }

    private static String unseen(String name, String between) {
        return IntStream.range(0, UNSEEN).mapToObj(i -> name + i).collect(Collectors.joining(between));
    }

    private void forLabelSets() {
        String path = "/label-sets/pets";
        String preset = "/label-sets/cifar-10";
        String pets = "{\"labels\":[\"cat\"]}";
        Supplier<Answer> put = () -> well.put(path, pets);
        provoke("listLabelSets", 200, () -> well.get("/label-sets"));
        provoke("listLabelSets", 406, () -> with("/label-sets", "Accept", "image/png"));
        provoke("getLabelSet", 200, () -> well.get(preset));
        provoke("getLabelSet", 304, () -> with(preset, "If-None-Match", "*"));
        provoke("getLabelSet", 400, () -> with(preset, "If-None-Match", "none"));
        provoke("getLabelSet", 404, () -> well.get("/label-sets/none"));
        provoke("getLabelSet", 406, () -> with(preset, "Accept", "image/png"));
        provoke("getLabelSet", 503, () -> cutOff.get(path));
        provoke("getLabelSetStatus", 200, () -> well.get(preset + "/status"));
        provoke("getLabelSetStatus", 400, () -> with(preset + "/status", "X-Request-Timeout-Ms", "0"));
        provoke("getLabelSetStatus", 404, () -> well.get("/label-sets/none/status"));
        provoke("getLabelSetStatus", 406, () -> with(preset + "/status", "Accept", "image/png"));
        provoke("getLabelSetStatus", 503, () -> cutOff.get(path + "/status"));
        provoke("putLabelSet", 201, () -> well.put("/label-sets/new", pets));
        provoke(
                "putLabelSet",
                200,
                () -> Stream.of(put, put).map(Supplier::get).toList().getLast());
        provoke("putLabelSet", 202, () -> impatient.put(path, "{\"labels\":[\"" + unseen("thing ", "\",\"") + "\"]}"));
        provoke("putLabelSet", 400, () -> well.put(path, "{"));
        provoke("putLabelSet", 406, () -> well.put(path, pets, "Accept", "image/png"));
        provoke("putLabelSet", 409, () -> well.put(preset, pets));
        provoke("putLabelSet", 412, () -> well.put(path, pets, "If-Match", "\"none\""));
        provoke("putLabelSet", 413, () -> well.put(path, " ".repeat(1 << 20) + pets));
        provoke("putLabelSet", 500, () -> broken.put(path, pets));
        provoke("putLabelSet", 503, () -> cutOff.put(path, pets));
        provoke(
                "deleteLabelSet",
                204,
                () -> Stream.of(put, () -> delete(path))
                        .map(Supplier::get)
                        .toList()
                        .getLast());
        provoke("deleteLabelSet", 400, () -> delete(preset.replace("cifar-10", "none"), "If-Match", "none"));
        provoke("deleteLabelSet", 404, () -> delete("/label-sets/none"));
        provoke("deleteLabelSet", 406, () -> delete(path, "Accept", "image/png"));
        provoke("deleteLabelSet", 409, () -> delete(preset));
        provoke(
                "deleteLabelSet",
                412,
                () -> Stream.of(put, () -> delete(path, "If-Match", "\"none\""))
                        .map(Supplier::get)
                        .toList()
                        .getLast());
        provoke("deleteLabelSet", 503, () -> cutOff.delete(path));
    }

    private static Answer with(String path, String... headers) {
        return well.send(well.request(path).headers(headers).GET());
    }

    private static Answer delete(String path, String... headers) {
        var request = well.request(path).DELETE();
        return well.send(headers.length == 0 ? request : request.headers(headers));
    }

    private static Answer json(ServiceClient client, String path, String body, String... headers) {
        var request = client.request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.replace('\'', '"')));
        return client.send(headers.length == 0 ? request : request.headers(headers));
    }

    @TestFactory
    Stream<DynamicTest> documentedStatus_provoked_isAnswered() {
        return contract.promises().stream()
                .map(promise -> DynamicTest.dynamicTest(promise.toString(), () -> {
                    Answer answer = provocations
                            .getOrDefault(promise, () -> fail("nothing provokes it"))
                            .get();
                    assertThat(answer.status()).as(answer.body()).isEqualTo(promise.status());
                }));
    }

    @Test
    void provocations_areOfDocumentedStatusesOnly() {
        assertThat(contract.promises()).containsAll(provocations.keySet());
    }
}
