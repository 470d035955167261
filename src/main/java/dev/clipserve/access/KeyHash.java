package dev.clipserve.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The SHA-256 of a key, which is all that the service has of it. Neither salted nor slow, as passwords need it: a key
 * is random and long, so nobody guesses it.
 */
public final class KeyHash {

    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{64}");

    private final byte[] digest;

    private KeyHash(byte[] digest) {
        this.digest = digest;
    }

    /** The hash of a key in UTF-8. */
    static KeyHash of(String key) {
        try {
            return new KeyHash(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /**
     * A hash as {@code sha256sum} prints it.
     *
     * @throws InvalidKeysException if it is something else; what, the message does not say, since it may be a key
     */
    static KeyHash parse(String hex) {
        if (!HEX.matcher(hex).matches()) {
            throw new InvalidKeysException("the SHA-256 of the key has to be 64 hexadecimal digits, not " + hex.length()
                    + " characters of another kind or number");
        }
        return new KeyHash(HexFormat.of().parseHex(hex));
    }

    /** Whether both are of the same key; takes the same time wherever they differ. */
    boolean matches(KeyHash other) {
        return MessageDigest.isEqual(digest, other.digest);
    }
}
