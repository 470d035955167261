package dev.clipserve.clip;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;

/** SHA-256 over texts and numbers, one after the other; where one ends and the next begins counts, too. */
public final class ContentHash {

    private final MessageDigest digest = ContentDigest.sha256();

    /** Adds a text. */
    public ContentHash text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(bytes.length);
        digest.update(bytes);
        return this;
    }

    /** Adds a list of texts; how many they are counts, too. */
    public ContentHash texts(Collection<String> texts) {
        number(texts.size());
        texts.forEach(this::text);
        return this;
    }

    /** Adds a number. */
    public ContentHash number(int number) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
        return this;
    }

    /** What was hashed so far, 64 hexadecimal digits. Nothing can be added any more. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
