package dev.clipserve.api.dialect.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.api.dialect.inference.ModelPath.Operation;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Paths of models, whose names may have slashes. */
class ModelPathTest {

    @ParameterizedTest
    @CsvSource({
        "/clip, clip, , METADATA",
        "/clip/infer, clip, , INFER",
        "/clip/ready, clip, , READY",
        "/clip/versions/1, clip, 1, METADATA",
        "/clip/versions/x.2/infer, clip, x.2, INFER",
        "/openai/clip-vit-base-patch32, openai/clip-vit-base-patch32, , METADATA",
        "/openai/clip/versions/1/ready, openai/clip, 1, READY",
        "/versions/1, versions/1, , METADATA",
        "/infer, infer, , METADATA",
        "/clip/versions, clip/versions, , METADATA",
        "/clip/, clip/, , METADATA",
    })
    void of_path_isTakenApart(String path, String model, String version, Operation operation) {
        assertThat(ModelPath.of(path)).isEqualTo(new ModelPath(model, Optional.ofNullable(version), operation));
    }
}
