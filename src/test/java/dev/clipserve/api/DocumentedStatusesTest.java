package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.clipserve.ClipServeApplication;
import dev.clipserve.api.Contract.Promise;
import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.TextEncoder;
import dev.clipserve.zeroshot.Models;
import java.net.http.HttpRequest.BodyPublishers;
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
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/**
 * Every status that the contract documents, provoked: what is promised can happen, and looks as promised. That nothing
 * else is ever answered, {@link ServiceClient} sees to, in all tests.
 */
class DocumentedStatusesTest {

    private static final String BODY_LIMIT = "--clipserve.limits.max-body-size=1MB";
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

    /** Takes one text at a time. */
    private static ServiceClient busy;

    private static TextEncoder texts;

    private final Contract contract = new Contract();
    private final Map<Promise, Supplier<Answer>> provocations = new HashMap<>();

    DocumentedStatusesTest() {
        forImages("classify", "/classify", "labels");
        forImages("compare", "/similarity", "texts");
        forImages("embed", "/embeddings", "texts");
        provoke("listModels", 200, () -> well.get("/models"));
        provoke("getModel", 200, () -> well.get("/models/mini-clip"));
        provoke("getModel", 404, () -> well.get("/models/none"));
        provoke("listProblemTypes", 200, () -> well.get("/problems"));
        provoke("getProblemType", 200, () -> well.get("/problems/overloaded"));
        provoke("getProblemType", 404, () -> well.get("/problems/none"));
        provoke("getContract", 200, () -> well.get("/openapi.yaml"));
        provoke("getDocs", 200, () -> well.get("/docs"));
        provoke("getLiveness", 200, () -> well.get("/actuator/health/liveness"));
        provoke("getReadiness", 200, () -> well.get("/actuator/health/readiness"));
        provoke("getReadiness", 503, () -> {
            ReadinessHttpTest.copyBundleWithAnotherAnswer(folder);
            return start("--clipserve.model.path=" + folder).get("/actuator/health/readiness");
        });
    }

    @BeforeAll
    static void startServices() {
        well = start();
        broken = start();
        CONTEXTS.getLast().getBean(Models.class).close();
        busy = start("--clipserve.batching.max-waiting-texts=1");
        texts = CONTEXTS.getLast().getBean(Models.class).main().clip().texts();
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

    private static ServiceClient start(String... arguments) {
        String[] all = Stream.concat(Stream.of("--server.port=0", BODY_LIMIT), Stream.of(arguments))
                .toArray(String[]::new);
        var context = SpringApplication.run(ClipServeApplication.class, all);
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

    /** What operations that take images and texts have in common. */
    private void forImages(String operation, String path, String field) {
        String good = "{'images':[{'base64':'" + FLOWER + "'}],'" + field + "':['a cat']}";
        provoke(operation, 200, () -> json(well, path, good));
        provoke(operation, 400, () -> json(well, path, "{"));
        provoke(operation, 403, () -> json(well, path, good.replace("'base64':'" + FLOWER, "'url':'http://a/b")));
        provoke(operation, 404, () -> json(well, path, good.replace("]}", "],'model':'none'}")));
        provoke(operation, 406, () -> json(well, path, good, "Accept", "image/png"));
        provoke(operation, 413, () -> json(well, path, " ".repeat(1 << 20) + good));
        provoke(operation, 415, () -> json(well, path, good.replace(FLOWER, "bm8gaW1hZ2U=")));
        provoke(operation, 422, () -> json(well, path, good.replace(FLOWER, CUT_SHORT)));
        provoke(operation, 500, () -> json(broken, path, good));
        provoke(operation, 503, () -> whileBusy(() -> json(busy, path, good)));
        String unseen =
                IntStream.range(0, 500).mapToObj(i -> operation + " " + i).collect(Collectors.joining("','"));
        provoke(operation, 504, () -> json(well, path, good.replace("a cat", unseen), "X-Request-Timeout-Ms", "1"));
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
