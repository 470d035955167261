package dev.clipserve.redis;

import dev.clipserve.labels.FaultLog;
import dev.clipserve.labels.LabelSet;
import dev.clipserve.labels.LabelSetException;
import dev.clipserve.labels.LabelSetJson;
import dev.clipserve.labels.LabelSetStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.HashOperations;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializer;

/**
 * A store in Redis 6.2 or later, alone, with sentinels or as a cluster: a hash of definitions, a hash of their
 * versions, and a string for each encoding, which expires when nobody has read it for {@link #EMBEDDINGS_KEPT}. Both
 * hashes are in one slot of a cluster, because scripts change them together.
 */
public final class RedisLabelSetStore implements LabelSetStore {

    private static final Logger log = LoggerFactory.getLogger(RedisLabelSetStore.class);

    /**
     * How long an encoding is kept after it was written or read. Deleting a set removes those that the deleting process
     * knows; this removes what others left: models that are gone, processes that died half-way.
     */
    public static final Duration EMBEDDINGS_KEPT = Duration.ofDays(30);

    private final RedisTemplate<String, byte[]> redis;
    private final HashOperations<String, String, byte[]> hashes;
    private final DefinitionScripts scripts;
    private final String definitions;
    private final String versions;
    private final String embeddings;
    private final CircuitBreaker breaker = new CircuitBreaker(System::nanoTime);
    private final FaultLog faults = new FaultLog(log);

    /** Damaged definitions that the log has told of, so that it does not do so whenever others are looked for. */
    private final Map<String, String> told = new ConcurrentHashMap<>();

    /**
     * A store that connects when it is used.
     *
     * @param prefix what all its keys begin with
     */
    public RedisLabelSetStore(RedisConnectionFactory connections, String prefix) {
        this.redis = new RedisTemplate<>();
        redis.setConnectionFactory(connections);
        redis.setKeySerializer(RedisSerializer.string());
        redis.setHashKeySerializer(RedisSerializer.string());
        redis.setValueSerializer(RedisSerializer.byteArray());
        redis.setHashValueSerializer(RedisSerializer.byteArray());
        redis.afterPropertiesSet();
        this.hashes = redis.opsForHash();
        this.definitions = prefix + "{label-sets}:definitions";
        this.versions = prefix + "{label-sets}:versions";
        this.embeddings = prefix + "embeddings:";
        this.scripts = new DefinitionScripts(redis, List.of(definitions, versions));
    }

    private <T extends @Nullable Object> T attempt(Supplier<T> work) {
        try {
            T result = breaker.run(work);
            faults.worked();
            return result;
        } catch (DataAccessException e) {
            // That it is away, the breaker tells.
            if (RedisFault.isAnswer(e) && !RedisFault.isAway(e)) {
                faults.failed("Redis refuses: " + RedisFault.details(e));
            }
            throw unavailable(RedisFault.of(e), e);
        } catch (IllegalStateException e) {
            // Spring ends the connections before those who use them.
            throw unavailable("the service is stopping", e);
        }
    }

    private static LabelSetException unavailable(String why, Exception cause) {
        return LabelSetException.storeUnavailable("is not available", new IOException(why, cause));
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public Map<String, String> versions() {
        Map<String, String> result = new HashMap<>();
        attempt(() -> hashes.entries(versions)).forEach((name, version) -> {
            if (LabelSet.isName(name)) {
                result.put(name, new String(version, StandardCharsets.UTF_8));
            }
        });
        return result;
    }

    @Override
    public Optional<LabelSet> find(String name) {
        byte[] definition = definition(name);
        return definition == null ? Optional.empty() : read(name, definition);
    }

    private byte @Nullable [] definition(String name) {
        return attempt(() -> hashes.get(definitions, name));
    }

    /** Bytes that are no definition count as none; the next {@code put} replaces them. */
    private Optional<LabelSet> read(String name, byte[] definition) {
        return LabelSetJson.readStored(name, definition, fault -> {
            if (!fault.equals(told.put(name, fault))) {
                log.error("Field {} of {} holds no label set and is ignored: {}", name, definitions, fault);
            }
        });
    }

    @Override
    public boolean put(LabelSet set, Optional<String> expected) {
        byte[] current = definition(set.name());
        if (!version(set.name(), current).equals(expected)) {
            return false;
        }
        byte[] json = LabelSetJson.write(set).toString().getBytes(StandardCharsets.UTF_8);
        return attempt(() -> scripts.put(set.name(), current, json, set.version()));
    }

    @Override
    public boolean delete(String name, String expected) {
        byte[] current = definition(name);
        return version(name, current).filter(expected::equals).isPresent()
                && attempt(() -> scripts.delete(name, current));
    }

    private Optional<String> version(String name, byte @Nullable [] definition) {
        return Optional.ofNullable(definition)
                .flatMap(bytes -> read(name, bytes))
                .map(LabelSet::version);
    }

    @Override
    public boolean hasEmbeddings(String key) {
        return attempt(() -> Boolean.TRUE.equals(redis.hasKey(embeddings + key)));
    }

    @Override
    public Optional<byte[]> findEmbeddings(String key) {
        return Optional.ofNullable(attempt(() -> redis.opsForValue().getAndExpire(embeddings + key, EMBEDDINGS_KEPT)));
    }

    @Override
    public void putEmbeddings(String key, byte[] content) {
        attempt(() -> {
            redis.opsForValue().set(embeddings + key, content, EMBEDDINGS_KEPT);
            return key;
        });
    }

    @Override
    public void removeEmbeddings(String key) {
        attempt(() -> redis.unlink(embeddings + key));
    }

    /** Does nothing: what one process does not need may be another's; what nobody needs expires. */
    @Override
    public void retainEmbeddings(Set<String> keys) {}
}
