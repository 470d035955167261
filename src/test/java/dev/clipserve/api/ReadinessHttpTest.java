package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.BundleCopy;
import dev.clipserve.ClipServeApplication;
import dev.clipserve.api.ServiceClient.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/** A model that computes something else than its bundle promises gets no traffic, but says why. */
class ReadinessHttpTest {

    private static final String PROBABILITIES = "\"probabilities\"";

    @TempDir
    private Path folder;

    @Test
    void readiness_canaryMissed_is503WhileTheProcessIsAlive() {
        copyBundleWithAnotherAnswer(folder);
        try (ConfigurableApplicationContext context = SpringApplication.run(
                ClipServeApplication.class, "--server.port=0", "--clipserve.model.path=" + folder)) {
            var client = new ServiceClient(
                    context.getBean(Environment.class).getRequiredProperty("local.server.port", Integer.class));

            Answer readiness = client.get("/actuator/health/readiness");

            assertThat(readiness.status()).isEqualTo(503);
            assertThat(readiness.json().path("status").asString()).isEqualTo("DOWN");
            assertThat(readiness
                            .json()
                            .at("/components/canary/details/mini-clip/worstDifference")
                            .asString())
                    .matches("\\d\\.\\de-0\\d");
            assertThat(client.get("/actuator/health/liveness").status()).isEqualTo(200);
        }
    }

    @Test
    void ask_folderReplacedWhileTheServiceRuns_isStillAnswered() throws IOException {
        BundleCopy.into(folder);
        try (ConfigurableApplicationContext context = SpringApplication.run(
                ClipServeApplication.class, "--server.port=0", "--clipserve.model.path=" + folder)) {
            Files.delete(folder.resolve("canary.png"));

            assertThat(context.getBean(CanaryHealth.class).ask()).isTrue();
        }
    }

    /** The first two of the expected probabilities change places. */
    static void copyBundleWithAnotherAnswer(Path folder) {
        try {
            BundleCopy.into(folder);
            Path bundle = folder.resolve("bundle.json");
            String json = Files.readString(bundle);
            String swapped = json.replaceFirst(
                    "(" + PROBABILITIES + "\\s*:\\s*\\[\\s*)([0-9.e-]+)(\\s*,\\s*)([0-9.e-]+)", "$1$4$3$2");
            assertThat(swapped).isNotEqualTo(json);
            Files.writeString(bundle, swapped);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
