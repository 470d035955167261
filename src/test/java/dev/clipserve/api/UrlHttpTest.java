package dev.clipserve.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.ClipServeApplication;
import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.fetch.HostileServer;
import dev.clipserve.fetch.Loopback;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import tools.jackson.databind.JsonNode;

/** Images by URL, over HTTP on both sides; the service's internet is this machine. */
class UrlHttpTest {

    /** More than the fetcher of the tests takes. */
    private static final int TOO_LARGE = 200_000;

    private static HostileServer server;
    private static ConfigurableApplicationContext context;
    private static ServiceClient client;

    /** In place of the internet. */
    @TestConfiguration(proxyBeanMethods = false)
    static class FakeInternet {

        @Bean
        @Primary
        ImageUrls loopbackUrls(MeterRegistry registry) {
            var settings = Loopback.settings(Duration.ofSeconds(20), 4, "a.example:" + server.port());
            return new ImageUrls(Optional.of(new Loopback().knows("a.example").fetcher(settings, registry)));
        }
    }

    @BeforeAll
    static void start() throws IOException {
        server = HostileServer.of((head, out) -> {
            switch (head.split(" ", -1)[1]) {
                case "/flower" -> HostileServer.image(out, ServiceClient.FLOWER);
                case "/text" -> HostileServer.image(out, new byte[] {'<', 'h', 't', 'm', 'l', '>'});
                case "/large" -> HostileServer.image(out, new byte[TOO_LARGE]);
                default -> out.write("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
            }
        });
        context = new SpringApplication(ClipServeApplication.class, FakeInternet.class).run("--server.port=0");
        client = new ServiceClient(context.getEnvironment().getRequiredProperty("local.server.port", int.class));
    }

    @AfterAll
    static void stop() throws IOException {
        context.close();
        server.close();
    }

    private static String url(String path) {
        return "http://a.example:" + server.port() + path;
    }

    private static String images(String path) {
        return "{\"images\":[{\"url\":\"" + url(path) + "\"}],";
    }

    @Test
    void classify_url_isAsItsBytes() {
        Answer fetched = client.json(images("/flower") + "\"labels\":[\"sunflower\",\"whale\"]}");
        Answer sent = client.raw(ServiceClient.FLOWER, "labels=sunflower,whale");

        assertThat(fetched.json().path("results")).isEqualTo(sent.json().path("results"));
        assertThat(fetched.headers().firstValue("Server-Timing").orElseThrow()).contains("fetch;dur=");
    }

    @Test
    void similarityAndEmbeddings_url_areAnswered() {
        Answer similarity = client.json("/similarity", images("/flower") + "\"texts\":[\"a flower\"]}");
        Answer embeddings = client.json("/embeddings", images("/flower").replaceFirst(",$", "}"));

        assertThat(similarity.status()).as(similarity.body()).isEqualTo(200);
        assertThat(embeddings.json().path("images").get(0))
                .isEqualTo(client.raw("/embeddings", ServiceClient.FLOWER, "")
                        .json()
                        .path("images")
                        .get(0));
    }

    @Test
    void dialects_url_isAsItsBytes() {
        String url = url("/flower");
        Answer openAi = client.json(
                "/v1/embeddings", "{\"model\":\"mini-clip\",\"modality\":\"image\",\"input\":[\"" + url + "\"]}");
        Answer huggingFace = client.json(
                "/models/mini-clip",
                "{\"inputs\":\"" + url + "\",\"parameters\":{\"candidate_labels\":[\"sunflower\",\"whale\"]}}");

        assertThat(openAi.json().at("/data/0/embedding"))
                .isEqualTo(client.raw("/embeddings", ServiceClient.FLOWER, "")
                        .json()
                        .at("/images/0/embedding"));
        assertThat(huggingFace.json().at("/0/label").asString()).isEqualTo("sunflower");
    }

    @ParameterizedTest
    @CsvSource({
        "/none, 422, url-fetch-failed",
        "/text, 415, not-an-image",
        "/large, 413, image-too-large",
        "@b.example/, 403, url-not-allowed"
    })
    void classify_urlThatGivesNoImage_isItsProblem(String path, int status, String problem) {
        Answer answer = client.json(images(path) + "\"labels\":[\"sunflower\",\"whale\"]}");

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.problem()).isEqualTo(problem);
    }

    @Test
    void classify_severalUrls_eachHasItsOwnResult() {
        Answer answer = client.json("{\"images\":[{\"url\":\"" + url("/flower") + "\"},{\"url\":\"" + url("/none")
                + "\"},{\"url\":\"http://169.254.169.254/\"},{\"url\":\"" + url("/flower")
                + "\"}],\"labels\":[\"sunflower\",\"whale\"]}");

        JsonNode results = answer.json().path("results");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(results.at("/0/predictions/0/label").asString()).isEqualTo("sunflower");
        assertThat(results.at("/1/error/type").asString()).isEqualTo("/problems/url-fetch-failed");
        assertThat(results.at("/2/error/type").asString()).isEqualTo("/problems/url-not-allowed");
        assertThat(results.get(3)).isEqualTo(results.get(0));
    }

    @Test
    void classify_url_isCountedByOutcome() {
        var fetched = context.getBean(MeterRegistry.class)
                .get("clipserve.url.fetch")
                .tag("outcome", "fetched")
                .timer();
        long before = fetched.count();

        client.json(images("/flower") + "\"labels\":[\"sunflower\",\"whale\"]}");

        assertThat(fetched.count()).isEqualTo(before + 1);
    }
}
