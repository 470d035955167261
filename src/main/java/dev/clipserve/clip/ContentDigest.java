package dev.clipserve.clip;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of some bytes, in four words. */
public record ContentDigest(long a, long b, long c, long d) {

    /** The digest of all of these bytes. */
    public static ContentDigest of(byte[] content) {
        ByteBuffer digest = ByteBuffer.wrap(sha256().digest(content));
        return new ContentDigest(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
    }

    /** The digest, in hexadecimal digits, of what it was given before and all that is left of a stream. */
    public static String hex(InputStream in, MessageDigest digest) throws IOException {
        new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
        return HexFormat.of().formatHex(digest.digest());
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
