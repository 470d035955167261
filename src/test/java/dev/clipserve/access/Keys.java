package dev.clipserve.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import org.springframework.test.context.DynamicPropertyRegistry;

/** Keys as tests need them. */
public final class Keys {

    private Keys() {}

    /** What {@code sha256sum} prints of a key. */
    public static String sha256(String key) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** The line of a key in a file. */
    public static String line(String name, String scopes, String key) {
        return name + " " + scopes + " " + sha256(key) + "\n";
    }

    /** A key in the settings of a service, of which there are {@code place} before it. */
    public static void register(DynamicPropertyRegistry registry, int place, String name, String scopes, String key) {
        String prefix = "clipserve.access.keys[" + place + "].";
        registry.add(prefix + "name", () -> name);
        registry.add(prefix + "scopes", () -> scopes);
        registry.add(prefix + "sha256", () -> sha256(key));
    }

    static AccessKey key(String name, String key, Scope... scopes) {
        return AccessKey.of(name, Set.of(scopes), sha256(key));
    }
}
