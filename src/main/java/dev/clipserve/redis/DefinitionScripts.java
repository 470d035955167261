package dev.clipserve.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * Changes of a definition and its version together, in one step that Redis takes only if the definition is still the
 * one that was seen. A transaction (WATCH, MULTI) would do, too, but not in a cluster.
 */
final class DefinitionScripts {

    /**
     * The hash of definitions, the hash of versions; the field, and the SHA-1 of what it is to hold, empty for nothing.
     * SHA-1 is what scripts have; it guards against coincidence here, not against forgers, who could write themselves.
     */
    private static final String GUARD = """
            local current = redis.call('HGET', KEYS[1], ARGV[1])
            if (current and redis.sha1hex(current) or '') ~= ARGV[2] then
              return 0
            end
            """;

    /* Versions first: if that key holds something else, the script ends before it has changed anything. */
    private static final RedisScript<Long> PUT = RedisScript.of(GUARD + """
            redis.call('HSET', KEYS[2], ARGV[1], ARGV[4])
            redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
            return 1
            """, Long.class);

    private static final RedisScript<Long> DELETE = RedisScript.of(GUARD + """
            redis.call('HDEL', KEYS[2], ARGV[1])
            redis.call('HDEL', KEYS[1], ARGV[1])
            return 1
            """, Long.class);

    private final RedisTemplate<String, byte[]> redis;
    private final List<String> keys;

    /**
     * Scripts for two hashes.
     *
     * @param keys that of the definitions, and that of the versions
     */
    DefinitionScripts(RedisTemplate<String, byte[]> redis, List<String> keys) {
        this.redis = redis;
        this.keys = keys;
    }

    /**
     * Writes a definition and its version.
     *
     * @param seen what is to be replaced; null for nothing
     * @return false if something else is there
     */
    boolean put(String name, byte @Nullable [] seen, byte[] definition, String version) {
        return run(PUT, bytes(name), digest(seen), definition, bytes(version));
    }

    /**
     * Removes a definition and its version.
     *
     * @return false if something else than what was seen is there
     */
    boolean delete(String name, byte @Nullable [] seen) {
        return run(DELETE, bytes(name), digest(seen));
    }

    private boolean run(RedisScript<Long> script, Object... arguments) {
        Long done = redis.execute(script, keys, arguments);
        return done != null && done == 1;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] digest(byte @Nullable [] content) {
        if (content == null) {
            return new byte[0];
        }
        try {
            return bytes(
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(content)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-1", e);
        }
    }
}
