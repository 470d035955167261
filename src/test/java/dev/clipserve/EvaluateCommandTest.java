package dev.clipserve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.cli.Shell;
import dev.clipserve.cli.Shell.Answer;
import dev.clipserve.hub.Progress;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code evaluate}, with the model that ships; what is right is derived from what {@code classify} answers. */
class EvaluateCommandTest {

    private static final List<String> CLASSES = List.of("sunflower", "sea", "polar_bear");

    /** Bytes of {@code embeddings.bin} before its first entry. */
    private static final int HEADER = 44;

    @TempDir
    private Path folder;

    private final Shell shell = new Shell(new ConfiguredModels(Progress.SILENT));

    private Path images = Path.of("");
    private Path out = Path.of("");

    @BeforeEach
    void fill() throws IOException {
        images = folder.resolve("images");
        out = folder.resolve("out");
        for (int i = 0; i < 12; i++) {
            Path file = images.resolve(CLASSES.get(i % 3)).resolve(i + ".png");
            Files.createDirectories(file.resolveSibling(""));
            ImageIO.write(picture(i), "png", file.toFile());
        }
        Files.copy(
                Path.of("models/mini-clip/canary.png"),
                images.resolve("sunflower/canary.png"),
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** A disc before a sky, no two alike. */
    private static BufferedImage picture(int number) {
        var image = new BufferedImage(48, 40, BufferedImage.TYPE_INT_RGB);
        var graphics = image.createGraphics();
        graphics.setColor(new Color(40 + 15 * number, 90, 255 - 20 * number));
        graphics.fillRect(0, 0, 48, 40);
        graphics.setColor(new Color(255 - 20 * number, 200, 15 * number));
        graphics.fillOval(number, 5, 25, 25);
        graphics.dispose();
        return image;
    }

    private JsonNode report() throws IOException {
        return JsonMapper.shared().readTree(Files.readString(out.resolve("report.json")));
    }

    private Answer evaluate(String... more) {
        List<String> arguments = new ArrayList<>(List.of("evaluate", images.toString()));
        arguments.addAll(List.of(more));
        return shell.run(arguments.toArray(String[]::new));
    }

    @Test
    void evaluate_folder_countsWhatClassifyAnswers() throws IOException {
        Answer classified =
                shell.run("classify", "-r", images.toString(), "-l", "polar bear,sea,sunflower", "--format", "json");
        int right = 0;
        double sure = 0;
        Map<String, Integer> predicted = new TreeMap<>();
        for (JsonNode result : JsonMapper.shared().readTree(classified.out()).path("results")) {
            Path path = images.relativize(Path.of(result.path("path").asString()));
            String truth = path.getName(0).toString().replace('_', ' ');
            JsonNode best = result.path("predictions").get(0);
            right += best.path("label").asString().equals(truth) ? 1 : 0;
            sure += best.path("probability").asDouble();
            predicted.merge(best.path("label").asString(), 1, Integer::sum);
        }

        Answer answer = evaluate("-o", out.toString());

        assertThat(answer.code()).isZero();
        JsonNode metrics = report().path("metrics");
        assertThat(metrics.path("top1").path("count").asInt()).isEqualTo(right);
        assertThat(metrics.path("top1").path("of").asInt()).isEqualTo(13);
        assertThat(metrics.path("top5").path("value").asDouble()).isEqualTo(1);
        assertThat(metrics.path("mean_confidence").asDouble()).isCloseTo(sure / 13, within(1e-6));
        Map<String, Integer> counted = new TreeMap<>();
        report().path("labels")
                .forEach(label -> counted.put(
                        label.path("label").asString(), label.path("predicted").asInt()));
        counted.values().removeIf(count -> count == 0);
        assertThat(counted).isEqualTo(predicted);
        assertThat(report().path("mistakes")).hasSize(13 - right);
    }

    @Test
    void evaluate_json_isTheReport() throws IOException {
        Answer answer = evaluate("-o", out.toString(), "--format", "json");

        assertThat(JsonMapper.shared().readTree(answer.out())).isEqualTo(report());
        assertThat(report().path("model").path("digest").asString()).hasSize(64);
        assertThat(report().path("model").path("precision").asString()).isEqualTo("fp32");
        assertThat(report().path("data").path("labels").asInt()).isEqualTo(3);
        assertThat(report().path("calibration")).hasSize(15);
    }

    @Test
    void evaluate_again_embedsNothingAndSaysTheSame() throws IOException {
        evaluate("-o", out.toString());
        String first = Files.readString(out.resolve("report.json"));
        String page = Files.readString(out.resolve("report.html"));

        Answer answer = evaluate("-o", out.toString());

        assertThat(answer.err()).contains("13 of 13 images are known from an earlier run.");
        assertThat(out.resolve("report.json")).content().isEqualTo(first);
        assertThat(out.resolve("report.html")).content().isEqualTo(page);
    }

    @Test
    void evaluate_afterACut_goesOnToTheSameReport() throws IOException {
        evaluate("-o", out.toString());
        String first = Files.readString(out.resolve("report.json"));
        Path file = out.resolve("embeddings.bin");
        byte[] whole = Files.readAllBytes(file);
        // Five embeddings and a piece of the sixth are left.
        int entry = (whole.length - HEADER) / 13;
        Files.write(file, Arrays.copyOf(whole, HEADER + 5 * entry + 17));
        Files.delete(out.resolve("report.json"));

        Answer answer = evaluate("-o", out.toString());

        assertThat(answer.err()).contains("5 of 13 images are known from an earlier run.");
        assertThat(out.resolve("report.json")).content().isEqualTo(first);
        assertThat(file).hasSize(whole.length);
    }

    @Test
    void evaluate_processThatIsKilled_leavesWhatTheNextGoesOnWith() throws Exception {
        Path table = Files.writeString(
                folder.resolve("t.csv"),
                "path,label\nimages/sea/1.png,sea\nimages/polar_bear/2.png,polar bear\nlast.png,sunflower\n");
        // It waits for whoever writes into the pipe, so the process stands still after two images.
        Path pipe = folder.resolve("last.png");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Process process = start("evaluate", table.toString(), "-o", out.toString());
        Path embeddings = out.resolve("embeddings.bin");
        // An entry has 32 bytes and an embedding.
        while (process.isAlive() && !(Files.exists(embeddings) && Files.size(embeddings) > HEADER + 2 * 32)) {
            process.waitFor(20, TimeUnit.MILLISECONDS);
        }
        assertThat(process.isAlive()).isTrue();
        process.destroyForcibly().waitFor();
        assertThat(out.resolve("report.json")).doesNotExist();
        Files.delete(pipe);
        Files.copy(Path.of("models/mini-clip/canary.png"), pipe);

        Answer answer = shell.run("evaluate", table.toString(), "-o", out.toString());

        assertThat(answer.code()).isZero();
        assertThat(answer.err()).containsPattern("[12] of 3 images are known from an earlier run");
        String resumed = Files.readString(out.resolve("report.json"));
        Files.delete(embeddings);
        shell.run("evaluate", table.toString(), "-o", out.toString());
        assertThat(out.resolve("report.json")).content().isEqualTo(resumed);
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.clipserve.ClipServeApplication"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    @Test
    void evaluate_classThatIsALink_isFollowedAndALoopIsNot() throws IOException {
        Path linked = Files.createDirectories(folder.resolve("linked"));
        Files.createSymbolicLink(linked.resolve("sea"), images.resolve("sea").toAbsolutePath());
        Files.createSymbolicLink(
                images.resolve("sea/loop"), images.resolve("sea").toAbsolutePath());

        Answer answer = shell.run("evaluate", linked.toString(), "--format", "json");

        assertThat(answer.code()).isZero();
        assertThat(JsonMapper.shared()
                        .readTree(answer.out())
                        .path("data")
                        .path("images")
                        .asInt())
                .isEqualTo(4);
    }

    @Test
    void evaluate_imageThatChanged_isEmbeddedAnew() throws IOException {
        evaluate("-o", out.toString());
        Files.setLastModifiedTime(images.resolve("sea/1.png"), FileTime.from(Instant.parse("2020-01-02T03:04:05Z")));

        assertThat(evaluate("-o", out.toString()).err()).contains("12 of 13 images are known");
    }

    @Test
    void evaluate_anotherPrecision_beginsAnew() throws IOException {
        evaluate("-o", out.toString());

        Answer answer = evaluate("-o", out.toString(), "--precision", "int8");

        assertThat(answer.err()).doesNotContain("known from an earlier run");
        assertThat(report().path("model").path("precision").asString()).isEqualTo("int8");
    }

    @Test
    void evaluate_badImages_stopNothingAndAreListed() throws IOException {
        Files.writeString(images.resolve("sea/broken.jpg"), "no image");
        Files.createSymbolicLink(images.resolve("sea/gone.png"), Path.of("nowhere"));

        Answer answer = evaluate("-o", out.toString());

        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.err()).contains("broken.jpg: Not an image: ").contains("gone.png: ");
        assertThat(answer.out()).contains("13 images, 3 labels, 2 more images failed");
        assertThat(report().path("failures")).hasSize(2);
        assertThat(report().path("data").path("evaluated").asInt()).isEqualTo(13);
        assertThat(report().path("data").path("failed").asInt()).isEqualTo(2);
        assertThat(Files.readString(out.resolve("report.html"))).contains("Images that could not be used");
    }

    @Test
    void evaluate_csvOfMissingFiles_reportsNothing() throws IOException {
        Path table = Files.writeString(folder.resolve("t.csv"), "path,label\nnowhere.png,cat\n-,dog\n");

        Answer answer = shell.run("evaluate", table.toString(), "-o", out.toString());

        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.err())
                .contains("nowhere.png: ")
                .contains("there is no such file")
                .contains("None of the 2 images could be used; nothing is reported.");
        assertThat(out.resolve("report.json")).doesNotExist();
    }

    @Test
    void evaluate_classWithOneImage_andOneLabel_hasNumbers() throws IOException {
        Path table = Files.writeString(folder.resolve("t.csv"), "path,label\nimages/sunflower/canary.png,sunflower\n");

        Answer answer = shell.run("evaluate", table.toString(), "-o", out.toString());

        assertThat(answer.code()).isZero();
        JsonNode metrics = report().path("metrics");
        assertThat(metrics.path("top1").path("value").asDouble()).isEqualTo(1);
        assertThat(metrics.path("expected_calibration_error").asDouble()).isZero();
        assertThat(metrics.path("loss").asDouble()).isZero();
    }

    @Test
    void evaluate_classesThatShareALabel_areOneLabel() throws IOException {
        Path names = Files.writeString(folder.resolve("names.csv"), "class,label\nsea,a place\npolar_bear,a place\n");

        Answer answer = evaluate("--names", names.toString(), "-o", out.toString());

        assertThat(answer.code()).isZero();
        assertThat(report().path("labels"))
                .extracting(label -> label.path("label").asString() + " "
                        + label.path("accuracy").path("of").asInt())
                .containsExactly("a place 8", "sunflower 5");
    }

    @Test
    void evaluate_templates_areComparedAloneAndTogether() throws IOException {
        Answer answer = evaluate(
                "-o", out.toString(), "--template", "{}", "--template", "a picture of a {}", "--template", "openai-7");

        assertThat(answer.code()).isZero();
        JsonNode own = JsonMapper.shared().readTree(Files.readString(Path.of("models/mini-clip/bundle.json")));
        assertThat(own.path("templates")).hasSize(1);
        assertThat(report().path("comparison"))
                .extracting(compared -> compared.path("name").asString())
                .containsExactly(
                        own.path("templates").get(0).asString(),
                        "{}",
                        "a picture of a {}",
                        "openai-7",
                        "all given, averaged");
        assertThat(report().path("templates")).hasSize(9);
        assertThat(report().path("metrics"))
                .isEqualTo(report().path("comparison").get(4).path("metrics"));
        assertThat(answer.out().lines()).hasSizeGreaterThan(6);
    }

    @Test
    void evaluate_each_takesPresetsApart() throws IOException {
        evaluate("-o", out.toString(), "--template", "openai-7", "--each");

        // The bundle's own, the seven, and these together.
        assertThat(report().path("comparison")).hasSize(9);
    }

    @Test
    void evaluate_nameThatIsNoText_isAFileLikeOthers() throws Exception {
        // As old archives have them: an é that is no UTF-8.
        String copy = "cp \"$1\" \"$2/$(printf 'caf\\351.png')\"";
        String flower = "models/mini-clip/canary.png";
        String target = images.resolve("sunflower").toString();
        assertThat(new ProcessBuilder("sh", "-c", copy, "sh", flower, target)
                        .start()
                        .waitFor())
                .isZero();

        Answer answer = evaluate("-o", out.toString());

        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(report().path("metrics").path("top1").path("of").asInt()).isEqualTo(14);
    }

    @Test
    void evaluate_hostileNames_meanNothingInThePage() throws Exception {
        String name = "<img src=x onerror=alert(1)>\"'&\u202e\u001b[31m";
        Path hostile = Files.createDirectories(images.resolve(name));
        Files.copy(images.resolve("sea/1.png"), hostile.resolve("<script>alert(2)<script>.png"));
        Files.writeString(hostile.resolve("<b>.png"), "no image");

        Answer answer = evaluate("-o", out.toString());

        assertThat(answer.out()).doesNotContain("\u001b").doesNotContain("\u202e");
        assertThat(answer.err()).doesNotContain("\u001b").doesNotContain("\u202e");
        Document page = wellFormed();
        assertThat(page.getElementsByTagName("script").getLength()).isZero();
        assertThat(page.getElementsByTagName("b").getLength()).isZero();
        var pictures = page.getElementsByTagName("img");
        for (int i = 0; i < pictures.getLength(); i++) {
            assertThat(((Element) pictures.item(i)).getAttribute("src")).startsWith("data:image/jpeg;base64,");
        }
        assertThat(page.getDocumentElement().getTextContent()).contains("<img src=x onerror=alert(1)>\"'&");
    }

    @Test
    void evaluate_page_isWellFormedAndNeedsNothingFromElsewhere() throws Exception {
        evaluate("-o", out.toString(), "--labels", "sea,zebra,polar bear", "--mistakes", "3");

        String text = Files.readString(out.resolve("report.html"));
        Document page = wellFormed();
        assertThat(page.getElementsByTagName("svg").getLength()).isGreaterThan(2);
        assertThat(page.getElementsByTagName("figure").getLength()).isLessThanOrEqualTo(3);
        assertThat(text.replace("http://www.w3.org/1999/xhtml", ""))
                .doesNotContain("http:")
                .doesNotContain("https:");
        assertThat(text).contains("default-src 'none'");
        assertThat(text.length()).isLessThan(100_000);
    }

    private Document wellFormed() throws Exception {
        String text = Files.readString(out.resolve("report.html"));
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(text.replace("<!DOCTYPE html>", ""))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--mistakes=-1            | --mistakes is -1; it must be from 0 to 500.",
                "--template=nothing       | has no {} where the label goes, and is none of the presets",
                "--labels=sea,sea         | Label 'sea' is there twice, at places 1 and 2",
                "--labels=giraffe         | No image has one of the labels giraffe; the images' are polar bear, sea, sunflower.",
                "--names=nowhere.csv      | nowhere.csv: there is no such file.",
                "--output=pom.xml         | The output pom.xml is a file; name a folder.",
            })
    void evaluate_wrongOption_saysWhatIsAllowed(String option, String message) {
        Answer answer = evaluate(option);

        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err()).contains(message);
        assertThat(answer.out()).isEmpty();
    }
}
