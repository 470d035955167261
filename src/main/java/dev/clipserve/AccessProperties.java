package dev.clipserve;

import dev.clipserve.access.AccessKey;
import dev.clipserve.access.Limits;
import dev.clipserve.access.Scope;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may ask, and how often.
 *
 * @param keysFile file of API keys, which is read again when it changes; none where it is left out
 * @param keys API keys beside those of the file
 * @param refresh how often the file is looked at
 * @param rateLimit how often each caller may ask
 * @param maxConcurrent requests of each caller that may be under way at the same time; 0 for any number
 * @param cors which pages' scripts may ask
 */
public record AccessProperties(
        @Nullable Path keysFile,
        @DefaultValue List<@Valid Key> keys,
        @DefaultValue("2s") @DurationMin(millis = 1) Duration refresh,
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
     * @param requests requests of one period in the long run; 0 for any number
     * @param period the period
     * @param burst requests that may come at once after a pause; 0 for those of one period
     */
    public record RateLimit(
            @DefaultValue("0") @Min(0) int requests,
            @DefaultValue("1s") @DurationMin(millis = 1) Duration period,
            @DefaultValue("0") @Min(0) int burst) {}

    /**
     * Which pages' scripts may ask from browsers.
     *
     * @param allowedOrigins their origins; {@code *} for all
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
