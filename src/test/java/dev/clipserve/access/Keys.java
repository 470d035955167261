package dev.clipserve.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

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

    static AccessKey key(String name, String key, Scope... scopes) {
        return AccessKey.of(name, Set.of(scopes), sha256(key));
    }
}
