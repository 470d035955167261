package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the service says of itself: in its log when it is up, and at {@code /actuator/info}. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "server.servlet.context-path=/clip")
@ExtendWith(OutputCaptureExtension.class)
class InfoHttpTest {

    @LocalServerPort
    private int port;

    private JsonNode get(String path) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/clip" + path))
                    .build();
            return JsonMapper.shared()
                    .readTree(http.send(request, BodyHandlers.ofString()).body());
        }
    }

    @Test
    void info_models_areThoseOfTheApi() throws Exception {
        JsonNode info = get("/actuator/info");

        assertThat(info.path("models")).isEqualTo(get("/models").path("models"));
        assertThat(info.at("/models/0/name").asString()).isEqualTo("mini-clip");
        assertThat(info.at("/java/version").asString()).isEqualTo(System.getProperty("java.version"));
        assertThat(info.at("/os/name").asString()).isEqualTo(System.getProperty("os.name"));
    }
}
