package dev.clipserve.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.BundleCopy;
import dev.clipserve.ShippedModel;
import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.EngineSettings.Tower;
import dev.clipserve.onnx.ExecutionProvider;
import dev.clipserve.onnx.GraphCache;
import dev.clipserve.text.TokenIds;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A copy of the bundle that ships, broken in one way at a time: the message names the file and what it does contain.
 */
class ModelBundleTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void copy() throws IOException {
        BundleCopy.into(folder);
    }

    private ModelBundle read() {
        return ModelBundle.read(new BundleFiles.Folder(folder), Precision.FP32);
    }

    private ClipModel load() {
        return ClipModel.load(read(), settings(ExecutionProvider.Cpu.shortestAnswer(1, 1)), new SimpleMeterRegistry());
    }

    private static EngineSettings settings(ExecutionProvider provider) {
        var tower = new Tower(provider, new BatchPolicy(4, 100, Long.MAX_VALUE, Duration.ZERO));
        return new EngineSettings(tower, tower, GraphCache.none());
    }

    private void replace(String file, String old, String replacement) throws IOException {
        String content = Files.readString(folder.resolve(file));
        assertThat(content).contains(old);
        Files.writeString(folder.resolve(file), content.replace(old, replacement));
    }

    /** What bundles made by others are like: nothing to verify. */
    private void dropChecksums() throws IOException {
        replace("bundle.json", "\"sha256\"", "\"unverified\"");
    }

    @Test
    void read_theBundleThatShips_knowsItsFacts() {
        ModelBundle bundle = read();

        assertThat(bundle.name()).isEqualTo("mini-clip");
        assertThat(bundle.context()).isEqualTo(77);
        assertThat(bundle.logitScale().scale()).isEqualTo(ShippedModel.LOGIT_SCALE);
        assertThat(bundle.logitScale().bias()).isEmpty();
        assertThat(bundle.templates()).containsExactly("a photo of a {}.");
        assertThat(bundle.preprocessing().outputWidth()).isEqualTo(ShippedModel.SIDE);
        assertThat(bundle.canary().orElseThrow().labels())
                .containsExactly("flower", "clock", "plate", "lamp", "orange");
    }

    @Test
    void load_fromAFolderAndFromTheJar_computeTheSame() {
        try (ClipModel fromFolder = load();
                ClipModel fromJar = ClipModel.load(
                        ModelBundle.read(new BundleFiles.Embedded("models/mini-clip"), Precision.FP32),
                        settings(ExecutionProvider.Cpu.shortestAnswer(2, 2)),
                        new SimpleMeterRegistry())) {
            Deadline later = Deadline.after(Duration.ofDays(1));
            var text = fromFolder.texts().tokenize("a photo of a cat.");

            assertThat(fromJar.texts().encode(List.of(text), later).join())
                    .isEqualTo(fromFolder.texts().encode(List.of(text), later).join());
            assertThat(fromFolder.dimension()).isEqualTo(128);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config.json",
                "preprocessor_config.json",
                "tokenizer.json",
                "onnx/vision_model.onnx",
                "onnx/text_model.onnx"
            })
    void read_listedFileMissing_namesIt(String file) throws IOException {
        Files.delete(folder.resolve(file));

        assertThatThrownBy(this::read)
                .isInstanceOf(BundleException.class)
                .hasMessage("Model bundle " + folder + ": " + file + " is missing, but bundle.json lists it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config.json",
                "preprocessor_config.json",
                "tokenizer.json",
                "onnx/vision_model.onnx",
                "onnx/text_model.onnx"
            })
    void load_unlistedFileMissing_namesIt(String file) throws IOException {
        dropChecksums();
        Files.delete(folder.resolve(file));

        assertThatThrownBy(this::load).isInstanceOf(BundleException.class).hasMessageContaining(file + " is missing");
    }

    @Test
    void read_noBundleAtAll_namesBundleJson() {
        assertThatThrownBy(() -> ModelBundle.read(new BundleFiles.Folder(folder.resolve("nothing")), Precision.FP32))
                .hasMessageContaining("bundle.json is missing");
    }

    @Test
    void read_alteredFile_saysBothSums() throws IOException {
        replace("config.json", "\"clip\"", "\"clap\"");

        assertThatThrownBy(this::read)
                .hasMessageContaining("config.json was altered or is incomplete")
                .hasMessageContaining("c1003a07e0a3349a3794d8fc26aaf01f59ecbe62d28dc8e49c378151c949823b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "bundle.json | \"logit_scale\" | \"scale\" | bundle.json lacks logit_scale; it has accuracy, canary",
                "bundle.json | \"name\" | \"title\" | bundle.json lacks name; it has",
                "bundle.json | \"logit_scale\": | \"logit_scale\": \"11\", \"was\": | bundle.json has logit_scale = \"11\", which should be a number",
                "bundle.json | \"logit_scale\": | \"logit_scale\": -1, \"was\": | must be positive and finite",
                "bundle.json | \"scoring\": \"softmax\" | \"scoring\": \"argmax\" | has scoring = \"argmax\"; known are softmax and sigmoid",
                "bundle.json | \"scoring\": \"softmax\" | \"scoring\": \"sigmoid\" | bundle.json lacks logit_bias",
                "bundle.json | \"scoring\": | \"context\": 0, \"scoring\": | The context must be at least one token, not 0",
                "bundle.json | \"scoring\": | \"padding_id\": -1, \"scoring\": | The padding must be the id of a token, not -1",
                "bundle.json | \"canary.png\", | 7, | canary.image = 7, which should be a string",
                "bundle.json | \"clock\", | | A canary needs as many probabilities as labels: has 5 for 4",
                "config.json | max_position_embeddings | max_positions | config.json lacks text_config.max_position_embeddings",
                "config.json | { | [ | config.json is not JSON",
                "preprocessor_config.json | \"do_resize\" | \"crop_rounding\": \"up\", \"do_resize\" | has crop_rounding = \"up\"; known are down (Hugging Face) and half_even",
                "preprocessor_config.json | image_mean | mean | preprocessor_config.json lacks image_mean",
                "preprocessor_config.json | 0.48145466, | | has 2 numbers in image_mean",
                "preprocessor_config.json | \"resample\": 3 | \"resample\": 0 | has resample = 0; known are 1 (lanczos), 2 (bilinear)",
                "preprocessor_config.json | \"shortest_edge\" | \"longest_edge\" | size = {\"longest_edge\":",
                "preprocessor_config.json | \"height\": | \"height\": 0, \"was\": | height must be between 1 and 4096",
                "preprocessor_config.json | \"height\": | \"height\": 48, \"was\": | which should be pixel_values FLOAT [?, 3, 48, ",
                "tokenizer.json | \"BPE\" | \"XYZ\" | tokenizer.json is not a tokenizer",
            })
    void load_factMissingOrWrong_namesFileAndFact(String file, String old, String replacement, String message)
            throws IOException {
        dropChecksums();
        replace(file, old, replacement == null ? "" : replacement);

        assertThatThrownBy(this::load)
                .isInstanceOf(BundleException.class)
                .hasMessageStartingWith("Model bundle " + folder + ": "
                        + file.replace(
                                "preprocessor_config.json",
                                message.contains("pixel_values")
                                        ? "onnx/vision_model.onnx"
                                        : "preprocessor_config.json"))
                .hasMessageContaining(message);
    }

    @Test
    void digest_weightsBesideTheGraph_belongToIt() throws IOException {
        dropChecksums();
        String without = digest();
        Path weights = folder.resolve("onnx/weights.bin");
        Files.writeString(weights, "some");
        String some = digest();
        Files.writeString(weights, "others");

        assertThat(List.of(some, digest())).doesNotContain(without).doesNotHaveDuplicates();
    }

    @Test
    void digest_weightsThatNobodyVouchesFor_leaveTheBundleWithout() throws IOException {
        assertThat(read().digest()).isPresent();
        Files.writeString(folder.resolve("onnx/text_model.onnx_data"), "some");

        assertThat(read().digest()).isEmpty();
    }

    @Test
    void identity_scoringAndTemplates_belongToIt() throws IOException {
        dropChecksums();
        String usual = read().identity();
        replace("bundle.json", "\"logit_bias\": null", "\"logit_bias\": -1");
        String softmax = read().identity();
        replace("bundle.json", "\"softmax\"", "\"sigmoid\"");
        String sigmoid = read().identity();
        replace("bundle.json", "a photo of a {}.", "a {}.");
        String template = read().identity();
        replace("bundle.json", "\"a {}.\"", "\"a {}.\", \"{}\"");

        assertThat(List.of(usual, softmax, sigmoid, template, read().identity()))
                .doesNotHaveDuplicates();
    }

    @Test
    void identity_usualScoringAndTemplatesLeftOut_isTheSame() throws IOException {
        dropChecksums();
        String spelledOut = read().identity();
        replace("bundle.json", "\"scoring\"", "\"judging\"");
        replace("bundle.json", "\"templates\"", "\"prompts\"");

        assertThat(read().identity()).isEqualTo(spelledOut);
    }

    private String digest() {
        try (ClipModel model = load()) {
            return model.digest();
        }
    }

    @Test
    void read_siglipWithoutPadding_saysWhatIsMissing() throws IOException {
        dropChecksums();
        replace("config.json", "\"model_type\": \"clip\"", "\"model_type\": \"siglip\"");

        assertThatThrownBy(this::read)
                .hasMessageContaining("bundle.json lacks padding_id: config.json says that this is a SigLIP");
    }

    @Test
    void load_paddingAndContextOfItsOwn_encodesPaddedTexts() throws IOException {
        dropChecksums();
        try (ClipModel plain = load()) {
            replace("bundle.json", "\"scoring\":", "\"context\": 12, \"padding_id\": 0, \"scoring\":");
            try (ClipModel padded = load()) {
                TokenIds text = padded.texts().tokenize("a photo of a cat.");
                assertThat(text.length()).isEqualTo(12);
                assertThat(padded.bundle().context()).isEqualTo(12);
                assertThat(padded.digest()).isNotEqualTo(plain.digest());

                // Causal, pooled at the end token: what comes behind must not change the embedding.
                Deadline later = Deadline.after(Duration.ofDays(1));
                Embedding alone = plain.texts()
                        .encode(List.of(plain.texts().tokenize("a photo of a cat.")), later)
                        .join()
                        .getFirst();
                assertThat(padded.texts()
                                .encode(List.of(text), later)
                                .join()
                                .getFirst()
                                .similarity(alone))
                        .isCloseTo(1, within(1e-6));
            }
        }
    }

    @Test
    void load_graphsSwapped_saysWhatTheGraphHas() throws IOException {
        dropChecksums();
        Files.copy(
                folder.resolve("onnx/text_model.onnx"),
                folder.resolve("onnx/vision_model.onnx"),
                StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(this::load)
                .hasMessageContaining(
                        "onnx/vision_model.onnx lacks input 'pixel_values'; it has input_ids INT64 [?, ?]");
    }

    @Test
    void load_graphThatIsNone_saysSo() throws IOException {
        dropChecksums();
        Files.writeString(folder.resolve("onnx/text_model.onnx"), "no graph");

        assertThatThrownBy(this::load).hasMessageContaining("onnx/text_model.onnx cannot be loaded");
    }

    @Test
    void load_tokenizerWithoutATokenForTheUnknown_saysSo() throws IOException {
        dropChecksums();
        Files.writeString(folder.resolve("tokenizer.json"), """
                {"version":"1.0","added_tokens":[],"model":{"type":"WordLevel","vocab":{"cat":0},"unk_token":"?"}}
                """);

        assertThatThrownBy(this::load)
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("tokenizer.json cannot encode 'a photo': ");
    }

    @Test
    void load_withoutChecksumsCanaryAndTemplates_works() throws IOException {
        dropChecksums();
        replace("bundle.json", "\"canary\"", "\"bird\"");
        replace("bundle.json", "\"templates\"", "\"prompts\"");

        try (ClipModel model = load()) {
            assertThat(model.bundle().canary()).isEmpty();
            assertThat(model.bundle().templates()).containsExactly("a photo of a {}.");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "../config.json, lies outside the bundle",
        "/etc/hostname, lies outside the bundle",
        "a\\u0000b, cannot be the path of a file"
    })
    void read_listedPathThatIsNotOfTheBundle_isRefused(String path, String fault) throws IOException {
        replace("bundle.json", "\"config.json\"", "\"" + path + "\"");

        assertThatThrownBy(this::read).isInstanceOf(BundleException.class).hasMessageContaining(fault);
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "./models/..", "models/../../"})
    void path_ofAFolderThatIsGivenRelatively_liesInIt(String given) {
        var files = new BundleFiles.Folder(Path.of(given));

        assertThat(files.path("onnx/a.onnx"))
                .isEqualTo(Path.of(given).toAbsolutePath().normalize().resolve("onnx/a.onnx"));
        assertThat(files.location()).isEqualTo(Path.of(given).toString());
    }
}
