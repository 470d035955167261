package dev.clipserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.cli.Shell;
import dev.clipserve.cli.Shell.Answer;
import dev.clipserve.hub.Progress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code classify}, beside a service that is asked the same. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ClassifyCommandTest {

    private static final String FLOWER = "models/mini-clip/canary.png";

    @LocalServerPort
    private int port;

    @TempDir
    private Path folder;

    private final Shell shell = new Shell(new ConfiguredModels(Progress.SILENT));

    private JsonNode service(String query) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/classify?" + query))
                .POST(BodyPublishers.ofFile(Path.of(FLOWER)))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return json(http.send(request, BodyHandlers.ofString()).body());
        }
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "labels=sunflower,motorcycle,whale | --labels sunflower,motorcycle,whale",
                "labels=cat&labels=red,ripe | --labels cat --labels red,ripe",
                "labels=cat,dog&templates=openai-7&top=1 | -l cat,dog --template openai-7 --top 1",
                "labels=cat,dog&none_label=else&temperature=2.5 | -l cat,dog --none-label else --temperature 2.5",
                "labels=cat,dog&scoring=similarity&threshold=-0.5 | -l cat,dog --scoring similarity --threshold=-0.5",
                "label_set=cifar-10&top=3 | --label-set cifar-10 --top 3"
            })
    void classify_json_isTheServicesAnswerToTheLastBit(String query, String options) throws Exception {
        Answer answer = shell.run(("classify " + FLOWER + " --format json " + options).split(" "));

        assertThat(answer.code()).as(answer.err()).isZero();
        JsonNode mine = json(answer.out());
        JsonNode theirs = service(query);
        assertThat(mine.at("/results/0/predictions").toString())
                .isEqualTo(theirs.at("/results/0/predictions").toString())
                .contains("similarity");
        assertThat(mine.at("/results/0/image")).isEqualTo(theirs.at("/results/0/image"));
        assertThat(mine.path("model")).isEqualTo(theirs.path("model"));
        assertThat(mine.path("label_set")).isEqualTo(theirs.path("label_set"));
    }

    @Test
    void classify_oneBadFileAmongOthers_isToldInTheApisWordsAndStopsNone() throws Exception {
        Path text = Files.writeString(folder.resolve("text, really.png"), "no image");

        Answer answer = shell.run("classify", text.toString(), FLOWER, "-l", "cat,dog", "--format", "json");

        assertThat(answer.code()).isEqualTo(1);
        JsonNode results = json(answer.out()).path("results");
        assertThat(results.at("/0/error/type").asString()).isEqualTo("/problems/not-an-image");
        assertThat(results.at("/0/path").asString()).isEqualTo(text.toString());
        assertThat(results.at("/1/predictions").size()).isEqualTo(2);
        assertThat(answer.err()).contains(text + ": Not an image: The bytes are not an image in a known format.");
    }

    @Test
    void classify_jsonl_hasTheResultsOfJsonLineByLine() throws Exception {
        Path text = Files.writeString(folder.resolve("b.png"), "no image");
        String[] images = {
            "classify", text.toString(), FLOWER, "--labels", "cat,dog", "--templates", "label", "--format"
        };

        Answer lines =
                shell.run(Stream.concat(Stream.of(images), Stream.of("jsonl")).toArray(String[]::new));
        Answer whole =
                shell.run(Stream.concat(Stream.of(images), Stream.of("json")).toArray(String[]::new));

        assertThat(lines.code()).isEqualTo(1);
        assertThat(lines.out().lines().map(ClassifyCommandTest::json))
                .hasSize(2)
                .containsExactlyElementsOf(json(whole.out()).path("results"));
    }

    @Test
    void classify_table_hasAColumnForEachNumber() {
        Answer answer = shell.run("classify", FLOWER, "-l", "sunflower,whale,摩托车");

        assertThat(answer.out().lines().map(line -> line.replaceAll(" {2,}", "|")))
                .startsWith("IMAGE|LABEL|PROBABILITY|SIMILARITY")
                .anyMatch(line -> line.matches(FLOWER + "\\|sunflower\\|0\\.999\\d+\\|0\\.765077"));
        assertThat(answer.err()).isEmpty();
    }

    @Test
    void classify_csv_quotesWhatHasCommasAndQuotes() throws Exception {
        Path text = Files.writeString(folder.resolve("a,b.png"), "no image");

        Answer answer =
                shell.run("classify", FLOWER, text.toString(), "-l", "red \"ripe\"", "-l", "a,b", "--format", "csv");

        assertThat(answer.out().split("\r\n"))
                .hasSize(4)
                .contains("image,label,probability,similarity,error")
                .anyMatch(line -> line.startsWith(FLOWER + ",\"red \"\"ripe\"\"\",0."))
                .anyMatch(line -> line.startsWith(FLOWER + ",\"a,b\",0."))
                .anyMatch(line -> line.startsWith("\"" + text + "\",,,,"));
    }

    @Test
    void classify_standardInput_isAnImage() throws Exception {
        Answer answer = shell.given(Files.readAllBytes(Path.of(FLOWER)))
                .run("classify", "-", "-l", "sunflower,whale", "--format", "csv");

        assertThat(answer.out()).contains("-,sunflower,0.99");
    }

    @Test
    void classify_folder_takesImagesBelowSortedAndLeavesOutTheRest() throws Exception {
        Files.createDirectories(folder.resolve("b/.hidden"));
        for (String name : new String[] {"z.png", "b/a.PNG", "b/.hidden/c.png", ".d.png", "notes.txt"}) {
            Files.copy(Path.of(FLOWER), folder.resolve(name));
        }

        Answer answer =
                shell.run("classify", "-r", folder.toString(), "-l", "cat,dog", "--top", "1", "--format", "json");

        assertThat(json(answer.out())
                        .path("results")
                        .valueStream()
                        .map(result -> result.path("path").asString()))
                .containsExactly(
                        folder.resolve("b/a.PNG").toString(),
                        folder.resolve("z.png").toString());
    }

    @Test
    void classify_nameThatCanBeNoPath_isToldAndStopsNone() {
        Answer answer = shell.run("classify", "a\0b.png", FLOWER, "-l", "cat,dog", "--format", "json");

        assertThat(answer.code()).as(answer.err()).isEqualTo(1);
        JsonNode results = json(answer.out()).path("results");
        assertThat(results.at("/0/error/type").asString()).isEqualTo("/problems/no-image");
        assertThat(results.at("/1/predictions").size()).isEqualTo(2);
        assertThat(answer.err()).contains("a\ufffdb.png: No image: The image cannot be read: its name can be no path");
    }

    @Test
    void classify_namesThatWouldMoveTheCursor_doNot() throws Exception {
        Path good = Files.copy(Path.of(FLOWER), folder.resolve("a\u001b[31m\nb.png"));
        Path bad = Files.writeString(folder.resolve("c\u001b[31m.png"), "no image");

        Answer answer = shell.run("classify", good.toString(), bad.toString(), "-l", "cat,dog");

        assertThat(answer.out()).contains("a\ufffd[31m\ufffdb.png").doesNotContain("\u001b");
        assertThat(answer.err()).contains("c\ufffd[31m.png: Not an image").doesNotContain("\u001b");
    }

    @Test
    void classify_labelSetInAFile_isUsed() throws Exception {
        Path file = Files.writeString(
                folder.resolve("pets.yaml"), "labels: [cat, {label: dog, prompts: [a barking pet]}]\nnone_label: x");

        Answer answer = shell.run("classify", FLOWER, "--label-set", file.toString(), "--format", "json");

        assertThat(json(answer.out()).at("/results/0/predictions").size()).isEqualTo(3);
        assertThat(json(answer.out()).at("/label_set/name").asString()).isEqualTo("pets");
    }

    @Test
    void classify_aLabelThatIsTooLong_isCutWithAWarningOrRefused() {
        String label = "very ".repeat(100);

        assertThat(shell.run("classify", FLOWER, "-l", label + ",cat").err())
                .startsWith("warning: label 'very")
                .contains("of which the model takes");
        Answer refused = shell.run("classify", FLOWER, "-l", label + ",cat", "--no-truncate");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("Label too long");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "classify x.png | There are no labels",
                "classify -l cat | Missing required parameter: 'IMAGE'",
                "classify x.png -l cat,cat | Label 'cat' is there twice, at places 1 and 2",
                "classify x.png -l cat --temperature 0 | must be between 0.001 and 1000.0",
                "classify x.png -l cat --top two | it must be a whole number",
                "classify x.png -l cat --scoring best | must be one of softmax, independent, similarity",
                "classify x.png -l cat --scoring independent | has no independent scores",
                "classify x.png -l cat --template none | none of the presets: default, label, openai-7, openai-80",
                "classify x.png -l cat --label-set cifar-10 | With 'label_set' there can be no 'labels'",
                "classify x.png --label-set cifar-11 | there is cifar-10, cifar-100, imagenet-1k",
                "classify x.png --label-set none.yaml | none.yaml: there is no such file or folder",
                "classify x.png -l cat --format xml | expected one of [TABLE, JSON, JSONL, CSV]",
                "classify x.png -l cat --precision fp8 | expected one of [FP32, FP16, INT8]",
                "classify x.png --lables cat | Unknown option",
                "classify models -l cat | models is a folder; with -r its images are taken.",
                "clasify x.png | Commands: serve, classify, embed, evaluate, models, benchmark, completion"
            })
    void run_whatMakesNoSense_isRefusedWithTheReason(String arguments, String words) {
        Answer answer = shell.run(arguments.split(" "));

        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err()).contains(words);
        assertThat(answer.out()).isEmpty();
    }

    @Test
    void classify_labelThatIsAControlToken_isRefused() {
        Answer answer = shell.run("classify", "x.png", "-l", "<|endoftext|>");

        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err())
                .contains("Reserved token in a text: The text contains the control token <|endoftext|>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--model none", "--precision fp16"})
    void classify_modelThatCannotBeLoaded_is3(String options) {
        Answer answer = shell.run(("classify x.png -l cat " + options).split(" "));

        assertThat(answer.code()).isEqualTo(3);
        assertThat(answer.err()).startsWith("clipserve classify: Model bundle ").doesNotContain("\tat ");
    }

    @Test
    void classify_precision_isThatOfTheBundle() {
        String exact = shell.run("classify", FLOWER, "-l", "cat,dog", "--format", "csv")
                .out();
        Answer fast = shell.run("classify", FLOWER, "-l", "cat,dog", "--format", "csv", "--precision", "int8");

        assertThat(fast.code()).isZero();
        assertThat(fast.out()).isNotEqualTo(exact);
    }

    /** A process of its own that does as the arguments say. */
    private static ProcessBuilder command(String... arguments) {
        Stream<String> java = Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dclipserve.model.threads=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.clipserve.ClipServeApplication");
        return new ProcessBuilder(Stream.concat(java, Stream.of(arguments)).toList());
    }

    @Test
    void classify_outputThatCannotBeWritten_is4() throws Exception {
        Process process = command("classify", FLOWER, "-l", "cat")
                .redirectOutput(Path.of("/dev/full").toFile())
                .start();

        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(4);
        assertThat(err.strip()).isEqualTo("clipserve classify: standard output cannot be written");
    }

    @Test
    void help_ofEachCommand_saysHow() {
        assertThat(shell.run("--help").out()).contains("Exit codes:").contains("classify");
        assertThat(shell.run("classify", "--help").out())
                .contains("--label-set")
                .contains("IMAGE...");
        assertThat(shell.run("serve", "--help").out()).contains("--server.port=9000");
        assertThat(shell.run("--version").out()).startsWith("clipserve ").contains("Java 25");
    }

    @Test
    void main_ofAProcess_writesResultsOnlyToStandardOutput() throws Exception {
        Path text = Files.writeString(folder.resolve("text.png"), "no image");
        Process process = command("classify", FLOWER, text.toString(), "--labels", "sunflower,whale", "--format", "csv")
                .redirectError(folder.resolve("err").toFile())
                .start();

        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(out.lines().map(line -> line.replaceAll(",-?[0-9.]+(E-[0-9]+)?", ",#")))
                .containsExactly(
                        "image,label,probability,similarity,error",
                        FLOWER + ",sunflower,#,#,",
                        FLOWER + ",whale,#,#,",
                        text
                                + ",,,,\"Not an image: The bytes are not an image in a known format. Send the bytes of one of"
                                + " JPEG, PNG, GIF, WebP, BMP, TIFF as they are in the file.\"");
        assertThat(Files.readString(folder.resolve("err")))
                .startsWith(text + ": Not an image")
                .hasLineCount(1);
    }
}
