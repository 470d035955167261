package dev.clipserve.hub;

import static dev.clipserve.hub.HubFixture.LIMITS;
import static dev.clipserve.hub.HubFixture.MODEL;
import static dev.clipserve.hub.HubFixture.TEXT;
import static dev.clipserve.hub.HubFixture.VISION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.clip.BundleFiles;
import dev.clipserve.clip.LogitScale;
import dev.clipserve.clip.ModelBundle;
import dev.clipserve.clip.Precision;
import dev.clipserve.hub.FakeHub.Request;
import dev.clipserve.hub.HubException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pulls from a hub that behaves. */
class PullTest {

    @TempDir
    private Path folder;

    private HubFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new HubFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static ModelBundle read(PulledModel pulled) {
        return ModelBundle.read(new BundleFiles.Folder(pulled.folder()), Precision.FP32);
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file);
    }

    @Test
    void pull_repositoryOfTheCatalogue_isABundleWithItsFacts() throws IOException {
        fixture.server.put("pytorch_model.bin", new byte[10]);
        fixture.server.put("onnx/model.onnx", new byte[10]);
        fixture.server.put("onnx/vision_model_int8.onnx", new byte[10]);

        PulledModel pulled = fixture.pull();

        var bundle = read(pulled);
        assertThat(bundle.name()).isEqualTo("known");
        assertThat(bundle.logitScale().scale()).isEqualTo(50.5);
        assertThat(bundle.logitScale().bias()).isEqualTo(OptionalDouble.of(-3.25));
        assertThat(bundle.templates()).containsExactly("a drawing of a {}.");
        assertThat(bundle.digest()).isPresent();
        assertThat(text(pulled.folder().resolve("bundle.json")))
                .contains("\"context\" : 76", "\"scoring\" : \"sigmoid\"")
                .contains("\"MIT\"", "\"" + FakeHub.COMMIT + "\"", fixture.server.endpoint() + "/owner/model")
                .contains(FakeHub.sha256(fixture.content("config.json")), FakeHub.sha256(fixture.content(VISION)));
        String place = "owner--model/" + FakeHub.COMMIT + "/fp32/";
        assertThat(fixture.kept())
                .containsExactly(
                        place + "bundle.json",
                        place + "config.json",
                        place + TEXT,
                        place + VISION,
                        place + "preprocessor_config.json",
                        place + "tokenizer.json",
                        "owner--model/refs/main");
        assertThat(fixture.server.downloads()).hasSize(5);
        assertThat(fixture.notes.done()).isEqualTo(fixture.notes.total).isGreaterThan(500_000);
        assertThat(fixture.hub().list()).containsExactly(pulled);
    }

    @Test
    void pull_token_goesToTheHubAndNotToItsBlobStore() {
        fixture.pull(fixture.hub(LIMITS, " hf_secret\n", false));

        assertThat(fixture.server.requests().stream().filter(Request::ofStore))
                .hasSize(3)
                .noneMatch(request -> request.headers().containsKey("Authorization"));
        assertThat(fixture.server.requests().stream().filter(request -> !request.ofStore()))
                .allMatch(request ->
                        List.of("Bearer hf_secret").equals(request.headers().get("Authorization")));
    }

    @Test
    void pull_again_asksForTheListOnly() {
        PulledModel first = fixture.pull();
        int requests = fixture.server.requests().size();

        assertThat(fixture.pull()).isEqualTo(first);

        assertThat(fixture.server.requests()).hasSize(requests + 1);
    }

    @Test
    void obtain_commitThatIsThere_asksNothing() {
        PulledModel pulled = fixture.pull();
        int requests = fixture.server.requests().size();

        assertThat(fixture.hub().obtain(pulled.hubName(), Precision.FP32, fixture.notes))
                .isEqualTo(pulled);

        assertThat(fixture.server.requests()).hasSize(requests);
    }

    @Test
    void pull_anotherPrecision_takesWhatIsThereAndFetchesTheRest() throws IOException {
        byte[] small = HubFixture.noise(3, 50_000);
        fixture.server.put("onnx/vision_model_int8.onnx", small);
        fixture.server.put("onnx/vision_model_int8.onnx_data", new byte[100]);
        fixture.pull();
        int before = fixture.server.downloads().size();

        PulledModel pulled = fixture.hub().pull(MODEL, PullOptions.of(Precision.INT8), fixture.notes);

        assertThat(fixture.server.downloads()).hasSize(before + 2);
        assertThat(pulled.folder().resolve("onnx/vision_model_int8.onnx")).hasBinaryContent(small);
        assertThat(pulled.folder().resolve("onnx/vision_model_int8.onnx_data")).exists();
        assertThat(pulled.folder().resolve(TEXT)).exists();
        assertThat(pulled.folder().resolve(VISION)).doesNotExist();
        assertThat(fixture.hub().list()).hasSize(2);
    }

    @Test
    void pull_precisionThatIsNotThere_saysWhichAre() throws IOException {
        HubException fault = fixture.assertFails(
                () -> fixture.hub().pull(MODEL, PullOptions.of(Precision.FP16), fixture.notes),
                Reason.NOT_FOUND,
                "has no fp16 graphs: neither onnx/vision_model_fp16.onnx nor onnx/text_model_fp16.onnx");

        assertThat(fault.remedy()).isEqualTo("It has fp32.");
        assertThat(fixture.server.downloads()).isEmpty();
    }

    @Test
    void pull_repositoryWithItsOwnBundle_keepsItAndLeavesOtherPrecisionsOut() throws IOException {
        byte[] own = ("{\"name\":\"own\",\"logit_scale\":7,\"licence\":\"CC0-1.0\",\"sha256\":{\"config.json\":\""
                        + FakeHub.sha256(fixture.content("config.json")) + "\",\"extra/words.txt\":\""
                        + FakeHub.sha256("hello".getBytes(StandardCharsets.US_ASCII))
                        + "\",\"onnx/vision_model_fp16.onnx\":\"00\",\"pytorch_model.bin\":\"00\"}}")
                .getBytes(StandardCharsets.US_ASCII);
        fixture.server.put("bundle.json", own);
        fixture.server.put("extra/words.txt", "hello".getBytes(StandardCharsets.US_ASCII));
        fixture.server.put("onnx/vision_model_fp16.onnx", new byte[10]);
        fixture.server.put("pytorch_model.bin", new byte[10]);

        PulledModel pulled = fixture.pull();

        var bundle = read(pulled);
        assertThat(bundle.name()).isEqualTo("own");
        assertThat(bundle.logitScale().scale()).isEqualTo(7);
        assertThat(bundle.logitScale().bias()).isEmpty();
        assertThat(pulled.licence()).isEqualTo("CC0-1.0");
        assertThat(pulled.folder().resolve("extra/words.txt")).hasContent("hello");
        assertThat(pulled.folder().resolve("pytorch_model.bin")).doesNotExist();
        assertThat(text(pulled.folder().resolve("bundle.json"))).doesNotContain("fp16", "pytorch");
    }

    @Test
    void pull_ownBundleWithACanary_hasItsImage() throws IOException {
        fixture.server.put(
                "bundle.json",
                ("{\"name\":\"own\",\"logit_scale\":7,\"canary\":{\"image\":\"canary.png\",\"labels\":[\"a\"],"
                                + "\"probabilities\":[1.0]}}")
                        .getBytes(StandardCharsets.US_ASCII));
        fixture.server.put("canary.png", new byte[20]);

        assertThat(fixture.pull().folder().resolve("canary.png")).exists();
    }

    @Test
    void pull_ownBundleWhoseChecksumsAreOfOtherFiles_isRefused() throws IOException {
        fixture.server.put(
                "bundle.json",
                ("{\"name\":\"own\",\"logit_scale\":7,\"sha256\":{\"" + VISION + "\":\"" + "0".repeat(64) + "\"}}")
                        .getBytes(StandardCharsets.US_ASCII));

        fixture.assertFails(fixture::pull, Reason.UNUSABLE, VISION, "its SHA-256 is", "bundle.json says 0000");
    }

    @Test
    void pull_unknownRepositoryWithoutScale_saysSoBeforeAnythingIsFetched() throws IOException {
        try (var other = new FakeHub("owner/unknown", fixture.files)) {
            Hub hub = fixture.hub(other.endpoint(), LIMITS, "", false);
            HubName name = HubName.parse("owner/unknown");

            HubException fault = fixture.assertFails(
                    () -> hub.pull(name, PullOptions.of(Precision.FP32), fixture.notes),
                    Reason.UNUSABLE,
                    "hf:owner/unknown does not say its logit_scale");

            assertThat(fault.remedy()).contains("clipserve models pull hf:owner/unknown --logit-scale NUMBER");
            assertThat(other.downloads()).isEmpty();

            var options = new PullOptions(Precision.FP32, OptionalDouble.of(100), OptionalDouble.empty());
            PulledModel pulled = hub.pull(name, options, fixture.notes);

            assertThat(pulled.name()).isEqualTo("unknown");
            assertThat(read(pulled).logitScale().scale()).isEqualTo(100);
        }
    }

    @Test
    void pull_anotherScaleOfAModelThatIsThere_isWrittenIntoItsBundle() {
        fixture.pull();
        var options = new PullOptions(Precision.FP32, OptionalDouble.of(12), OptionalDouble.of(-1));

        PulledModel pulled = fixture.hub().pull(MODEL, options, fixture.notes);

        var bundle = read(pulled);
        assertThat(bundle.logitScale().scale()).isEqualTo(12);
        assertThat(bundle.logitScale().bias()).isEqualTo(OptionalDouble.of(-1));
    }

    @Test
    void pull_checkpointWithoutGraphs_namesItsExport() throws IOException {
        try (var other =
                new FakeHub("first/model", Map.of("config.json", new byte[2], "pytorch_model.bin", new byte[2]))) {
            HubException fault = fixture.assertFails(
                    () -> fixture.hub(other.endpoint(), LIMITS, "", false)
                            .pull(HubName.parse("first/model"), PullOptions.of(Precision.FP32), fixture.notes),
                    Reason.UNUSABLE,
                    "it has no preprocessor_config.json, no tokenizer.json, no " + VISION + ", no " + TEXT,
                    "no ONNX graphs at all");

            assertThat(fault.remedy()).contains("hf:owner/model", "in the catalogue as known");
        }
    }

    @Test
    void pull_configThatLacksAFact_isRefusedBeforeTheGraphs() throws IOException {
        byte[] withoutCrop = "{\"size\": 32, \"do_center_crop\": true}".getBytes(StandardCharsets.US_ASCII);
        fixture.server.put("preprocessor_config.json", withoutCrop);

        fixture.assertFails(fixture::pull, Reason.UNUSABLE, "preprocessor_config.json lacks crop_size");

        assertThat(fixture.server.downloads())
                .noneMatch(request ->
                        request.ofStore() && request.path().contains(FakeHub.sha256(fixture.content(VISION))));
    }

    @Test
    void pull_hubThatListsNoChecksums_asksForTheHeadersOfEachFile() throws IOException {
        fixture.server.when("", (exchange, content, time) -> {
            String bare = new String(content, StandardCharsets.UTF_8)
                    .replaceAll("\"(size|blobId|lfs)\":(\\{[^}]*}|\"[^\"]*\"|[0-9]+),?", "")
                    .replace(",}", "}");
            FakeHub.send(exchange, 200, bare.getBytes(StandardCharsets.UTF_8));
            return true;
        });

        PulledModel pulled = fixture.pull();

        assertThat(pulled.folder().resolve(VISION)).hasBinaryContent(fixture.content(VISION));
        assertThat(fixture.server.requests().stream()
                        .filter(request -> request.method().equals("HEAD")))
                .hasSize(5);
    }

    @Test
    void remove_model_leavesNothing() throws IOException {
        PulledModel pulled = fixture.pull();

        fixture.hub().remove(pulled);

        assertThat(fixture.hub().list()).isEmpty();
        assertThat(fixture.kept()).isEmpty();
    }

    private static void alter(PulledModel pulled) throws IOException {
        Path altered = pulled.folder().resolve(VISION);
        byte[] bytes = Files.readAllBytes(altered);
        bytes[1000] ^= 1;
        Files.write(altered, bytes);
    }

    @Test
    void pull_alteredModelWhoseScaleWasGiven_isMendedWithThatScale() throws IOException {
        var options = new PullOptions(Precision.FP32, OptionalDouble.of(12), OptionalDouble.of(-1));
        alter(fixture.hub().pull(MODEL, options, fixture.notes));

        PulledModel mended = fixture.pull();

        assertThat(read(mended).logitScale()).isEqualTo(new LogitScale(12, OptionalDouble.of(-1)));
        var other = new PullOptions(Precision.FP32, OptionalDouble.of(13), OptionalDouble.empty());
        alter(mended);
        assertThat(read(fixture.hub().pull(MODEL, other, fixture.notes)).logitScale())
                .isEqualTo(new LogitScale(13, OptionalDouble.of(-1)));
    }

    @Test
    void pull_mendingThatWasCutOff_isGoneOnWithTheScaleThatWasGiven() throws IOException {
        var options = new PullOptions(Precision.FP32, OptionalDouble.of(12), OptionalDouble.of(-1));
        alter(fixture.hub().pull(MODEL, options, fixture.notes));
        fixture.server.when(VISION, (exchange, content, time) -> {
            exchange.close();
            return true;
        });
        assertThatThrownBy(fixture::pull).hasMessageContaining("The hub does not give " + VISION);
        fixture.server.when(VISION, (exchange, content, time) -> false);

        assertThat(read(fixture.pull()).logitScale()).isEqualTo(new LogitScale(12, OptionalDouble.of(-1)));
    }

    @Test
    void pull_alteredModelOfAnUnknownRepository_isMendedWithoutSayingItsScaleAgain() throws IOException {
        try (var other = new FakeHub("owner/unknown", fixture.files)) {
            Hub hub = fixture.hub(other.endpoint(), LIMITS, "", false);
            HubName name = HubName.parse("owner/unknown");
            var options = new PullOptions(Precision.FP32, OptionalDouble.of(87.3), OptionalDouble.empty());
            alter(hub.pull(name, options, fixture.notes));

            PulledModel mended = hub.pull(name, PullOptions.of(Precision.FP32), fixture.notes);

            assertThat(read(mended).logitScale()).isEqualTo(new LogitScale(87.3, OptionalDouble.empty()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"logit_scale\": -4}", "{\"logit_scale\": 4, \"logit_bias\": \"none\"}"})
    void pull_bundleJsonThatWasSpoilt_isMendedWithTheScaleOfTheCatalogue(String spoilt) throws IOException {
        Files.writeString(fixture.pull().folder().resolve("bundle.json"), spoilt);

        assertThat(read(fixture.pull()).logitScale()).isEqualTo(new LogitScale(50.5, OptionalDouble.of(-3.25)));
    }

    @Test
    void fault_alteredFile_isNamedAndMendedByAPull() throws IOException {
        PulledModel pulled = fixture.pull();
        int before = fixture.server.downloads().size();
        alter(pulled);

        assertThat(fixture.hub().fault(pulled))
                .hasValueSatisfying(words -> assertThat(words).contains(VISION, "was altered or is incomplete"));
        fixture.pull();

        assertThat(fixture.hub().fault(pulled)).isEmpty();
        assertThat(fixture.server.downloads()).hasSize(before + 1);
        assertThat(fixture.notes.lines).anyMatch(line -> line.startsWith("Mending it: "));
    }
}
