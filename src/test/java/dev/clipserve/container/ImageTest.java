package dev.clipserve.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.api.ServiceClient;
import dev.clipserve.image.EncodedPictures;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.ExecConfig;

/** One hardened container: what it answers, what it may do, and what it holds out. */
@NeedsContainers
class ImageTest {

    private static final String JAVA = "/opt/jre/bin/java";
    private static final int CLIENTS = 12;
    private static final int REQUESTS = 36;

    private static final ServiceContainer service =
            new ServiceContainer().withFileSystemBind("target/test-classes", "/probe", BindMode.READ_ONLY);

    @BeforeAll
    static void start() {
        service.start();
    }

    @AfterAll
    static void stop() {
        service.stop();
    }

    @Test
    void classify_canary_givesTheBundlesProbabilities() {
        service.assertAnswersTheCanary();
    }

    /**
     * Each decoder, those of the JDK and of libwebp among them: their modules and native libraries have to be there.
     */
    @ParameterizedTest
    @MethodSource("pictures")
    void classify_eachFormat_isDecoded(String name, byte[] picture) {
        assertThat(service.client().raw(picture, "labels=cat,dog").status()).isEqualTo(200);
    }

    static Stream<Map.Entry<String, byte[]>> entries() throws IOException {
        return Stream.concat(
                EncodedPictures.SAMPLES.entrySet().stream(), Stream.of(Map.entry("jpeg progressive", progressive())));
    }

    static Stream<Object[]> pictures() throws IOException {
        return entries().map(entry -> new Object[] {entry.getKey(), entry.getValue()});
    }

    private static byte[] progressive() throws IOException {
        var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        var settings = writer.getDefaultWriteParam();
        settings.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        var bytes = new ByteArrayOutputStream();
        try (var out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            var picture = EncodedPictures.pattern(64, 48, BufferedImage.TYPE_INT_RGB);
            writer.write(null, new IIOImage(picture, null, null), settings);
        }
        writer.dispose();
        return bytes.toByteArray();
    }

    @Test
    void process_whoItIs_isNobodyWithoutCapabilitiesOnAReadOnlyRoot() throws Exception {
        ExecResult result = service.execInContainer(
                JAVA, "-cp", "/probe", Probe.class.getName(), "/", "/tmp", "/opt/clipserve", "/var/lib/clipserve");

        assertThat(result.getStdout())
                .containsPattern("Uid:\\s65532\\s65532\\s65532\\s65532")
                .containsPattern("CapPrm:\\s0{16}\\n")
                .containsPattern("CapEff:\\s0{16}\\n")
                .containsPattern("CapBnd:\\s0{16}\\n")
                .containsPattern("NoNewPrivs:\\s1")
                .contains("/opt/clipserve: refused", "/var/lib/clipserve: refused", "\n/: refused")
                .contains("Read-only file system");
    }

    @Test
    void healthCheck_ready_exitsZero() throws Exception {
        ExecResult result = service.execInContainer(healthCheck());

        assertThat(result.getStdout()).contains("readiness: HTTP/1.1 200");
        assertThat(result.getExitCode()).isZero();
    }

    @Test
    void healthCheck_nobodyListens_exitsOneAndSaysWhere() throws Exception {
        ExecResult result = service.execInContainer(ExecConfig.builder()
                .envVars(Map.of("MANAGEMENT_SERVER_PORT", "1"))
                .command(healthCheck())
                .build());

        assertThat(result.getStdout()).contains("no answer on port 1");
        assertThat(result.getExitCode()).isEqualTo(1);
    }

    /** The one that the container has from its image, without the word that says that it needs no shell. */
    private static String[] healthCheck() {
        var config = Objects.requireNonNull(service.getContainerInfo().getConfig(), "a container has one");
        List<String> command = Objects.requireNonNull(config.getHealthcheck(), "the image has a health check")
                .getTest();
        assertThat(command).first().isEqualTo("CMD");
        return command.subList(1, command.size()).toArray(String[]::new);
    }

    @Test
    void labelSets_nowhereToKeepThem_areRefusedNotLost() {
        var answer = service.client().put("/label-sets/pets", "{\"labels\":[\"cat\",\"dog\"]}");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.problem()).isEqualTo("label-set-store-unavailable");
    }

    /**
     * Pictures of 16 million pixels, 48 MB each when decoded, and each with another byte after it: none is known yet.
     */
    @Test
    void classify_burstOfLargePictures_staysBelowItsMemory() throws Exception {
        byte[] large = EncodedPictures.written(EncodedPictures.pattern(4000, 4000, BufferedImage.TYPE_INT_RGB), "png");
        List<Integer> statuses = inParallel(number -> {
            byte[] unknown = Arrays.copyOf(large, large.length + 1);
            unknown[large.length] = (byte) number;
            return service.client().raw(unknown, "labels=cat,dog").status();
        });

        assertThat(statuses).hasSize(REQUESTS).contains(200).isSubsetOf(200, 503, 504);
        assertThat(service.state().getRunning()).isTrue();
        assertThat(service.state().getOOMKilled()).isFalse();
        assertThat(service.client()
                        .raw(ServiceClient.FLOWER, "labels=sunflower,motorcycle,whale")
                        .probability("sunflower"))
                .isGreaterThan(0.99);
    }

    private static List<Integer> inParallel(IntUnaryOperator ask) throws InterruptedException, ExecutionException {
        try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<Integer>> asked = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                int number = i;
                asked.add(clients.submit(() -> ask.applyAsInt(number)));
            }
            List<Integer> answers = new ArrayList<>();
            for (Future<Integer> one : asked) {
                answers.add(one.get());
            }
            return answers;
        }
    }
}
