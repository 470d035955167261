package dev.clipserve;

import dev.clipserve.access.AccessKey;
import dev.clipserve.access.Limits;
import dev.clipserve.access.Scope;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may ask, and how often.
 *
 * @param keys API keys beside those of the file, each with name, scopes and sha256
 * @param keysFile the file of API keys, which is read again when it changes; without any key the service is open
 * @param refresh how often the file of keys is looked at
 * @param rateLimit how often each caller may ask
 * @param maxConcurrent requests of each caller at the same time; 0 for no limit
 * @param cors which pages' scripts may ask
 */
public record AccessProperties(
        @Nullable Path keysFile,
        @DefaultValue List<@Valid Key> keys,

        @DefaultValue("2s") @DurationMin(millis = 1) @DurationMax(days = 365)
        Duration refresh,

        @DefaultValue @Valid RateLimit rateLimit,
        @DefaultValue("0") @Min(0) int maxConcurrent,
        @DefaultValue @Valid Cors cors) {

    /**
     * An API key. What is wrong with its hash is not told by validation, which would quote it, and it may be a key.
     *
     * @param name what logs call it
     * @param scopes what it may be used for
     * @param sha256 its SHA-256, in hexadecimal digits
     */
    public record Key(
            @DefaultValue("") String name,
            @NotEmpty Set<Scope> scopes,
            @DefaultValue("") String sha256) {

        AccessKey toAccessKey() {
            return AccessKey.of(name, scopes, sha256);
        }

        /** Without the hash, which does not belong into logs either. */
        @Override
        public String toString() {
            return name + " " + scopes;
        }
    }

    /**
     * How often each caller may ask.
     *
     * @param requests requests of each caller in a period, in the long run; more are refused with 429; 0 for no limit
     * @param period the period of the rate limit
     * @param burst requests that may come at once after a pause; 0 for those of one period
     */
    public record RateLimit(
            @DefaultValue("0") @Min(0) int requests,

            @DefaultValue("1s") @DurationMin(millis = 1) @DurationMax(days = 365)
            Duration period,

            @DefaultValue("0") @Min(0) int burst) {

        @AssertTrue(message = "clipserve.access.rate-limit.requests must be at most one a nanosecond of the period")
        boolean isRateCountable() {
            return period.compareTo(Duration.ofNanos(requests)) >= 0;
        }

        @AssertTrue(message = "clipserve.access.rate-limit.burst needs clipserve.access.rate-limit.requests")
        boolean isBurstOfALimit() {
            return burst == 0 || requests > 0;
        }
    }

    /**
     * Which pages' scripts may ask from browsers.
     *
     * @param allowedOrigins origins whose pages may ask from browsers, as https://example.org; * for all
     */
    public record Cors(
            @DefaultValue
            List<
                            @Pattern(
                                    regexp = "\\*|https?://[^/?#\\s]+",
                                    message = "must be an origin such as https://example.org, or *")
                            String>
                    allowedOrigins) {}

    Limits limits() {
        int burst = rateLimit.burst() > 0 ? rateLimit.burst() : rateLimit.requests();
        return new Limits(rateLimit.requests(), rateLimit.period(), burst, maxConcurrent);
    }
}
