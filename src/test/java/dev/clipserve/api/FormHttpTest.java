package dev.clipserve.api;

import static dev.clipserve.api.ServiceClient.FLOWER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.api.ServiceClient.Form;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Forms at the edges of multipart: the service's own limits count, not those of the container. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class FormHttpTest {

    @LocalServerPort
    private int port;

    private ServiceClient client;

    @BeforeEach
    void connect() {
        client = new ServiceClient(port);
    }

    private String expected() {
        return client.raw(FLOWER, "labels=sunflower,whale").body();
    }

    @Test
    void image_withoutAFileName_isAnImage() {
        Answer answer = client.form(new Form().field("image", FLOWER).field("labels", "sunflower,whale"));

        assertThat(answer.body()).isEqualTo(expected());
    }

    @Test
    void image_largeWithoutAFileName_isAnImage() {
        // What stands behind a PNG's end is not looked at; the container's own limit for such parts is 2 MB.
        byte[] large = Arrays.copyOf(FLOWER, 3_000_000);

        Answer answer = client.form(new Form().field("image", large).field("labels", "sunflower,whale"));

        assertThat(answer.body()).isEqualTo(expected());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "猫"})
    void image_withAVeryLongFileName_isAnImage(String letter) {
        // 255 letters, the most that a file system takes, percent-encoded in the second form that browsers add
        String name = letter.repeat(255);
        String part = "image\"; filename=\"" + name + "\"; filename*=\"utf-8''" + ServiceClient.encode(name);

        Answer answer = client.form(new Form().field(part, FLOWER).field("labels", "sunflower,whale"));

        assertThat(answer.body()).isEqualTo(expected());
    }

    @Test
    void labels_asAFile_areLabels() {
        Answer answer = client.form(new Form()
                .file("image", FLOWER)
                .file("labels", "sunflower,whale".getBytes(StandardCharsets.UTF_8)));

        assertThat(answer.body()).isEqualTo(expected());
    }

    @Test
    void labels_ofThreeMegabytes_areRead() {
        Form form = new Form().file("image", FLOWER).field("top", "0");
        for (int i = 0; i < 1_600; i++) {
            form.field("labels", i + "a".repeat(1_900));
        }

        // Refused for the field that is looked at last, so all of the labels were taken.
        assertThat(client.form(form).detail()).isEqualTo("Field 'top' is 0; it must be at least 1.");
    }

    @Test
    void parts_moreThanTheLimits_areRefusedWithTheNumber() {
        Form form = new Form().file("image", FLOWER);
        for (int i = 0; i < 10_200; i++) {
            form.field("labels", "label " + i);
        }

        Answer answer = client.form(form);

        assertThat(answer.problem()).isEqualTo(ProblemType.BODY_TOO_LARGE.slug());
        // 10,000 labels, 100 templates, 64 images and 32 others
        assertThat(answer.detail()).contains("more than 10196 parts");
    }

    @Test
    void labels_inTheQueryAndTheForm_countTogether() {
        Answer answer = client.form(
                "/classify?labels=whale", new Form().file("image", FLOWER).field("labels", "sunflower"));

        assertThat(answer.prediction("sunflower").path("similarity"))
                .isEqualTo(client.raw(FLOWER, "labels=sunflower").prediction("sunflower").path("similarity"));
        assertThat(answer.json().at("/results/0/predictions").size()).isEqualTo(2);
    }

    @Test
    void part_withoutAName_isNoImage() {
        Answer answer = client.form(new Form().field("\"; filename=\"a.png", FLOWER).field("labels", "a,b"));

        assertThat(answer.status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data; boundary=B",
                "multipart/form-data; boundary=other",
                "multipart/form-data; boundary=",
                "multipart/mixed; boundary=B"
            })
    void form_withoutItsEnd_isRefused(String contentType) {
        String body = "--B\r\nContent-Disposition: form-data; name=\"image\"; filename=\"x\"\r\n\r\nabc";

        Answer answer = client.post(contentType, BodyPublishers.ofString(body), "labels=a");

        assertThat(answer.status()).isEqualTo(400);
    }
}
