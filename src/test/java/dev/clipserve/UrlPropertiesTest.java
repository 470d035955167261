package dev.clipserve;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;

class UrlPropertiesTest {

    @ParameterizedTest
    @CsvSource({"0B, false", "1B, true", "1GB, true", "1073741825B, false", "2GB, false"})
    void isMaxSizeInRange_upToAGigabyte_isTrue(String size, boolean inRange) {
        Duration time = Duration.ofSeconds(10);
        var urls = new UrlProperties(true, false, List.of("*"), DataSize.parse(size), time, time, 3, 16, null);

        assertThat(urls.isMaxSizeInRange()).isEqualTo(inRange);
    }
}
