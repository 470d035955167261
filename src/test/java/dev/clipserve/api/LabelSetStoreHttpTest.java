package dev.clipserve.api;

import static dev.clipserve.api.ServiceClient.FLOWER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.api.ServiceClient.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A folder that cannot be written for a while. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"clipserve.label-sets.wait=1h", "clipserve.limits.max-time=1h"})
class LabelSetStoreHttpTest {

    private static final String PETS = "{\"labels\":[\"cat\",\"dog\"]}";

    @TempDir
    private static Path folder;

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void store(DynamicPropertyRegistry properties) {
        properties.add(
                "clipserve.label-sets.folder", () -> folder.resolve("store").toString());
    }

    @Test
    void store_brokenAndMended_refusesWritesAndRecovers() throws IOException {
        var client = new ServiceClient(port);
        client.put("/label-sets/pets", PETS);
        Answer before = client.raw(FLOWER, "label_set=pets");
        Files.move(folder.resolve("store"), folder.resolve("away"));
        Files.createFile(folder.resolve("store"));

        Answer put = client.put("/label-sets/birds", PETS);
        assertThat(put.status()).as(put.body()).isEqualTo(503);
        assertThat(put.problem()).isEqualTo(ProblemType.LABEL_SET_STORE_UNAVAILABLE.slug());
        assertThat(put.detail()).startsWith("The store of label sets cannot be").doesNotContain("/");
        assertThat(client.raw(FLOWER, "label_set=pets").body()).isEqualTo(before.body());
        assertThat(client.get("/label-sets").body()).contains("\"pets\"");

        Files.delete(folder.resolve("store"));
        Files.move(folder.resolve("away"), folder.resolve("store"));
        assertThat(client.put("/label-sets/birds", PETS).status()).isEqualTo(201);
        assertThat(client.delete("/label-sets/pets").status()).isEqualTo(204);
    }
}
