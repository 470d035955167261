package dev.clipserve;

import dev.clipserve.api.RequestLimits;
import dev.clipserve.labels.LabelSetRules;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.unit.DataSize;

/**
 * Named lists of labels that are encoded once.
 *
 * @param store where label sets that are created over HTTP are kept with their embeddings; every replica shares those
 *     in Redis
 * @param folder the folder where label sets are kept; empty for memory only
 * @param redis how they are kept in Redis
 * @param declared a folder of YAML and JSON files that declare label sets; none where it is left out
 * @param maxSets label sets that may be created
 * @param maxPrompts labels × templates in a label set
 * @param maxMemory memory for embeddings of label sets in use; others are read from the store
 * @param patience how long who needs a label set waits until it is encoded
 * @param refresh how often the store is asked what others have changed
 */
public record LabelSetProperties(
        @DefaultValue("folder") Store store,
        @DefaultValue("") String folder,
        @DefaultValue @Valid Redis redis,
        @Nullable Path declared,
        @DefaultValue("1000") @Min(0) int maxSets,
        @DefaultValue("1000000") @Min(1) int maxPrompts,
        @DefaultValue("256MB") @SizeRange(min = "0B") DataSize maxMemory,
        // A record cannot have a component of this name.
        @Name("wait") @DefaultValue("2s") @DurationMin @DurationMax(days = 365)
        Duration patience,

        @DefaultValue("1s") @DurationMin(millis = 1) @DurationMax(days = 365)
        Duration refresh) {

    LabelSetRules rules(RequestLimits limits) {
        return new LabelSetRules(limits.labels(), limits.templates(), maxPrompts);
    }

    /** Where label sets are kept. */
    public enum Store {
        FOLDER,
        REDIS
    }

    /**
     * How label sets are kept in Redis; {@code spring.data.redis.*} says where that is.
     *
     * @param prefix what all keys in Redis begin with; spring.data.redis.* says where that is
     */
    public record Redis(@DefaultValue("clipserve:") String prefix) {}
}
