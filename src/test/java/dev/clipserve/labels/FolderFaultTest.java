package dev.clipserve.labels;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FolderFaultTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "No space left on device | no space left",
                "Disk quota exceeded | no space left",
                "Read-only file system | read-only file system",
                "Operation not permitted | no permission",
                "Input/output error | the service's log says why",
                "/data/pets.json: Not a directory | the service's log says why"
            })
    void of_whatTheSystemSays_isToldWithoutThePlace(String system, String told) {
        assertThat(FolderFault.of(new IOException(system))).isEqualTo(told);
        assertThat(FolderFault.of(new FileSystemException("/data/pets.json", "/data/x", system)))
                .isEqualTo(told);
    }

    @Test
    void of_faultWithoutWords_isTold() {
        assertThat(FolderFault.of(new AccessDeniedException("/data/pets.json"))).isEqualTo("no permission");
        assertThat(FolderFault.of(new FileSystemException("/data/pets.json"))).isEqualTo("the service's log says why");
        assertThat(FolderFault.of(new IOException())).isEqualTo("the service's log says why");
    }
}
