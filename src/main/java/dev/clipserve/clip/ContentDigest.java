package dev.clipserve.clip;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The SHA-256 of some bytes, in four words. */
public record ContentDigest(long a, long b, long c, long d) {

    /** The digest of all of these bytes. */
    public static ContentDigest of(byte[] content) {
        ByteBuffer digest = ByteBuffer.wrap(sha256().digest(content));
        return new ContentDigest(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
    }

    /** A new SHA-256, which has been given nothing yet. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
