package dev.clipserve.hub;

import dev.clipserve.clip.ContentDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a hub says of a file's content: the SHA-256 of large files, or for files that lie in git itself its object's id,
 * the SHA-1 of {@code "blob SIZE\0"} and the content.
 *
 * @param hex 64 hexadecimal digits, or 40 for an id of git
 */
record FileDigest(String hex) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}|[0-9a-f]{40}");

    FileDigest {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException(hex + " is neither a SHA-256 nor an id of git");
        }
    }

    /** From an ETag or a field of the hub's; empty where that is something else. */
    static Optional<FileDigest> of(String text) {
        String hex = text.startsWith("W/") ? text.substring(2) : text;
        hex = hex.replace("\"", "");
        return FORM.matcher(hex).matches() ? Optional.of(new FileDigest(hex)) : Optional.empty();
    }

    boolean isSha256() {
        return hex.length() == 64;
    }

    /** Whether the file has this content. */
    boolean matches(Path file) throws IOException {
        MessageDigest digest = isSha256() ? ContentDigest.sha256() : gitBlob(Files.size(file));
        return hex.equals(hash(file, digest));
    }

    /** The SHA-256 of a file, in hexadecimal digits. */
    static String sha256(Path file) throws IOException {
        return hash(file, ContentDigest.sha256());
    }

    private static String hash(Path file, MessageDigest digest) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return ContentDigest.hex(in, digest);
        }
    }

    private static MessageDigest gitBlob(long size) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-1", e);
        }
    }
}
