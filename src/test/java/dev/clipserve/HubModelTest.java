package dev.clipserve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.cli.Shell;
import dev.clipserve.cli.Shell.Answer;
import dev.clipserve.hub.FakeHub;
import dev.clipserve.hub.Progress;
import dev.clipserve.zeroshot.Models;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model that a hub has, from its name to its answers: the files of the one that ships, in a repository without
 * bundle.
 */
@ExtendWith(OutputCaptureExtension.class)
class HubModelTest {

    private static final String FLOWER = "models/mini-clip/canary.png";
    private static final List<String> FILES = List.of(
            "config.json",
            "preprocessor_config.json",
            "tokenizer.json",
            "onnx/vision_model.onnx",
            "onnx/text_model.onnx",
            "onnx/vision_model_int8.onnx");

    @TempDir
    private Path cache;

    private final String usualCache = System.getProperty("clipserve.hub.cache");

    private FakeHub hub;

    private final Shell shell = new Shell(new ConfiguredModels(Progress.SILENT));

    @BeforeEach
    void serve() throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        for (String file : FILES) {
            files.put(file, Files.readAllBytes(Path.of("models/mini-clip", file)));
        }
        files.put("pytorch_model.bin", new byte[1000]);
        hub = new FakeHub("someone/my-clip", files);
        System.setProperty("clipserve.hub.endpoint", hub.endpoint());
        System.setProperty("clipserve.hub.cache", cache.toString());
    }

    @AfterEach
    void stop() {
        hub.close();
        System.clearProperty("clipserve.hub.endpoint");
        System.setProperty("clipserve.hub.cache", usualCache);
    }

    private static JsonNode bundle() throws IOException {
        return JsonMapper.shared().readTree(Files.readAllBytes(Path.of("models/mini-clip/bundle.json")));
    }

    private Answer pull() throws IOException {
        String scale = bundle().path("logit_scale").asString();
        return shell.run("models", "pull", "hf:someone/my-clip", "--logit-scale", scale);
    }

    private JsonNode classify(String model) {
        Answer answer = shell.run("classify", FLOWER, "-l", "flower,clock,plate", "--format", "json", "--model", model);
        assertThat(answer.code()).as(answer.err()).isZero();
        return JsonMapper.shared().readTree(answer.out());
    }

    @Test
    void pull_thenClassify_givesTheNumbersOfTheSameModelInAFolder() throws IOException {
        Answer pulled = pull();

        assertThat(pulled.code()).as(pulled.err()).isZero();
        assertThat(pulled.out())
                .isEqualTo(cache.resolve("someone--my-clip")
                                .resolve(FakeHub.COMMIT)
                                .resolve("fp32") + "\n");
        JsonNode theirs = classify("models/mini-clip").at("/results/0/predictions");
        for (String name : List.of("my-clip", "hf:someone/my-clip", "hf:someone/my-clip@" + FakeHub.COMMIT)) {
            JsonNode answer = classify(name);
            assertThat(answer.path("model").asString()).isEqualTo("my-clip");
            JsonNode mine = answer.at("/results/0/predictions");
            assertThat(mine.size()).isEqualTo(3);
            for (int i = 0; i < 3; i++) {
                assertThat(mine.get(i).path("label")).isEqualTo(theirs.get(i).path("label"));
                assertThat(mine.get(i).path("probability").asDouble())
                        .isCloseTo(theirs.get(i).path("probability").asDouble(), within(1e-6));
            }
        }
        assertThat(hub.requests()).noneMatch(request -> request.path().contains("pytorch_model"));
    }

    @Test
    void models_listVerifyRemove_tellWhatIsThere() throws IOException {
        assertThat(shell.run("models", "list").err()).contains("No model was pulled");
        Path folder = Path.of(pull().out().strip());

        Answer list = shell.run("models", "list");
        JsonNode json = JsonMapper.shared()
                .readTree(shell.run("models", "list", "--format", "json").out());
        Answer good = shell.run("models", "verify");
        Files.write(folder.resolve("config.json"), new byte[3]);
        Answer bad = shell.run("models", "verify", "hf:someone/my-clip");
        Answer removed = shell.run("models", "remove", "my-clip");

        assertThat(list.out().lines().map(line -> line.replaceAll(" +", " ")))
                .first()
                .isEqualTo("NAME PRECISION SIZE LICENCE FROM");
        assertThat(list.out()).contains("my-clip  fp32", "hf:someone/my-clip@" + FakeHub.COMMIT);
        assertThat(json.at("/0/folder").asString()).isEqualTo(folder.toString());
        assertThat(json.at("/0/commit").asString()).isEqualTo(FakeHub.COMMIT);
        assertThat(good.code()).isZero();
        assertThat(good.out()).contains("my-clip (fp32, hf:someone/my-clip@" + FakeHub.COMMIT + "): as it was pulled");
        assertThat(bad.code()).isEqualTo(1);
        assertThat(bad.out()).contains("config.json was altered or is incomplete");
        assertThat(bad.err()).contains("clipserve models pull hf:someone/my-clip@" + FakeHub.COMMIT);
        assertThat(removed.err()).contains("Removed my-clip (fp32");
        assertThat(cache.resolve("someone--my-clip")).doesNotExist();
    }

    @Test
    void pull_precision_isInTheAdviceThatUsesIt() throws IOException {
        assertThat(pull().err()).contains("Use it by --model my-clip.");

        Answer pulled =
                shell.run("models", "pull", "hf:someone/my-clip", "--precision", "int8", "--logit-scale", "11.5");

        assertThat(pulled.err()).contains("Use it by --model my-clip --precision int8.");
    }

    @Test
    void models_hostileNameOfABundle_movesNoCursor() throws IOException {
        String hostile = "{\"name\": \"my\\u001b[31m-\\nclip\", \"licence\": \"M\\u001b[2JIT\", \"logit_scale\": 11.5}";
        hub.put("bundle.json", hostile.getBytes(StandardCharsets.UTF_8));

        Answer pulled = shell.run("models", "pull", "hf:someone/my-clip");
        Answer list = shell.run("models", "list");
        Answer verified = shell.run("models", "verify");
        Answer unknown = shell.run("models", "remove", "none");
        Answer removed = shell.run("models", "remove", "hf:someone/my-clip");

        String name = "my\ufffd[31m-\ufffdclip";
        assertThat(pulled.err()).contains(name + " (fp32, ", "licence M\ufffd[2JIT", "--model " + name + ".");
        assertThat(list.out()).contains(name + "  fp32", "M\ufffd[2JIT");
        assertThat(verified.out()).startsWith(name + " (fp32, ").contains("as it was pulled");
        assertThat(unknown.err()).contains("there are " + name + ".");
        assertThat(removed.err()).startsWith("Removed " + name + " (fp32, ");
        assertThat(Stream.of(pulled, list, verified, unknown, removed).map(answer -> answer.out() + answer.err()))
                .noneMatch(text -> text.contains("\u001b"));
    }

    @Test
    void models_faultOfAHostileBundle_movesNoCursor() {
        String hostile = "{\"name\": \"x\", \"logit_scale\": 11.5, \"scoring\": \"a\\u001b[31m\"}";
        hub.put("bundle.json", hostile.getBytes(StandardCharsets.UTF_8));

        Answer refused = shell.run("models", "pull", "hf:someone/my-clip");

        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.err()).contains("has scoring = \"a\ufffd[31m\"").doesNotContain("\u001b");
    }

    @Test
    void models_catalogue_hasWhatMayBePulled() {
        Answer table = shell.run("models", "list", "--catalogue");
        Answer json = shell.run("models", "list", "--catalogue", "--format", "json");

        assertThat(table.out()).contains("clip-vit-base-patch32", "hf:Xenova/clip-vit-base-patch32", "MIT");
        assertThat(JsonMapper.shared().readTree(json.out()).at("/0/logit_scale").asDouble())
                .isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "models | 2 | Say what to do with models.",
                "models pull | 2 | Missing required parameter: 'NAME'",
                "models pull clip-vit | 2 | The catalogue has no 'clip-vit'",
                "models pull hf:a/b/c | 2 | is no repository of a hub",
                "models pull hf:someone/my-clip | 3 | does not say its logit_scale",
                "models pull hf:someone/my-clip --logit-scale 0 | 2 | --logit-scale is 0.0; it must be positive",
                "models pull hf:someone/other --logit-scale 1 | 3 | has no hf:someone/other, or does not show it",
                "models pull hf:someone/my-clip --precision fp16 | 3 | has no fp16 graphs",
                "models verify none | 2 | No pulled model is called 'none'; none was pulled.",
                "models remove none | 2 | No pulled model is called 'none'",
                "classify models/mini-clip/canary.png -l a,b --model hf:someone/other | 3 | has no hf:someone/other",
                "classify models/mini-clip/canary.png -l a,b --model nothing | 3 | bundle.json is missing"
            })
    void command_thatCannotBeDone_saysWhy(String command, int code, String words) {
        Answer answer = shell.run(command.split(" "));

        assertThat(answer.code()).as(answer.err()).isEqualTo(code);
        assertThat(answer.err()).contains(words).doesNotContain("\tat ");
        assertThat(answer.out()).isEmpty();
    }

    private static ConfigurableApplicationContext start(String... arguments) {
        return SpringApplication.run(
                ClipServeApplication.class,
                Stream.concat(Stream.of("--server.port=0", "--clipserve.label-sets.folder="), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    @Test
    void start_modelOfAHub_isPulledAndServed(CapturedOutput output) throws IOException {
        for (String file : List.of("bundle.json", "canary.png")) {
            hub.put(file, Files.readAllBytes(Path.of("models/mini-clip", file)));
        }

        try (var context = start("--clipserve.model.path=hf:someone/my-clip@" + FakeHub.COMMIT)) {
            assertThat(context.getBean(Models.class).names())
                    .containsExactly(bundle().path("name").asString());
        }

        assertThat(output).contains("Pulling hf:someone/my-clip@" + FakeHub.COMMIT + ", ", ", 100 %");
        hub.close();
        try (var context = start(
                "--clipserve.default-model=mine",
                "--clipserve.models.mine.path=hf:someone/my-clip@" + FakeHub.COMMIT)) {
            assertThat(context.getBean(Models.class).names()).containsExactly("mine");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--clipserve.model.path=hf:someone/other | has no hf:someone/other, or does not show it | HF_TOKEN",
                "--clipserve.model.path=hf:someone | is no repository of a hub | Write hf:OWNER/NAME",
                "--clipserve.model=hf:someone/my-clip | clipserve.model | write clipserve.model.path=hf:someone/my-clip"
            })
    void start_modelThatCannotBeHad_saysWhyAndWhatToDo(
            String argument, String words, String remedy, CapturedOutput output) {
        assertThatThrownBy(() -> start(argument));

        assertThat(output)
                .contains("APPLICATION FAILED TO START", words, remedy)
                .doesNotContain("\tat org.springframework");
    }
}
