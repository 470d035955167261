package dev.clipserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.zeroshot.Models;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/** A fault of our own: the model is closed under the running service. */
@ExtendWith(OutputCaptureExtension.class)
class InternalErrorTest {

    @Test
    void classify_modelClosed_tellsNothingButTheIdThatTheLogHas(CapturedOutput output)
            throws IOException, InterruptedException {
        try (ConfigurableApplicationContext context =
                        SpringApplication.run(ClipServeApplication.class, "--server.port=0");
                HttpClient http = HttpClient.newHttpClient()) {
            context.getBean(Models.class).close();
            String port = context.getBean(Environment.class).getRequiredProperty("local.server.port");

            var answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/classify?labels=cat,dog"))
                            .header("X-Request-Id", "look-for-me")
                            .POST(BodyPublishers.ofFile(Path.of("models/mini-clip/canary.png")))
                            .build(),
                    BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body())
                    .contains("/problems/internal-error")
                    .doesNotContain("Exception", "closed", "dev.clipserve");
            assertThat(output).containsPattern("ERROR .*\\[look-for-me] .*POST /classify failed");
        }
    }
}
