package dev.clipserve.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCommandExecutionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.data.redis.RedisSystemException;

class RedisFaultTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "MOVED 866 10.0.0.7:6379 | MOVED",
                "READONLY You can't write against a read only replica. | READONLY",
                "OOM command not allowed when used memory > 'maxmemory'. | OOM",
                "NOPERM User app has no permissions to run the 'evalsha' command | NOPERM",
                "ERR | ERR",
                "Redis at 10.0.0.7 refuses | ERR",
                "OOM-10.0.0.7 | ERR"
            })
    void of_errorOfRedis_isItsCodeAlone(String message, String code) {
        var error = new RedisSystemException("Error in execution", new RedisCommandExecutionException(message));

        assertThat(RedisFault.of(error)).isEqualTo("Redis says '" + code + "'");
        assertThat(RedisFault.details(error)).contains(message);
    }
}
