package dev.clipserve.clip;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Holds the files of a bundle against the SHA-256 sums that {@code bundle.json} lists. */
final class Checksums {

    private Checksums() {}

    /**
     * Verifies every file that is listed.
     *
     * @throws BundleException naming the first file that is missing or differs
     */
    static void verify(BundleFiles files, JsonFacts bundle) {
        for (String file : bundle.names("sha256")) {
            String expected = bundle.textOf("sha256", file);
            String actual = sha256(files, file);
            if (!expected.equalsIgnoreCase(actual)) {
                throw new BundleException(
                        files.location(),
                        file,
                        "was altered or is incomplete: its SHA-256 is " + actual + ", bundle.json says " + expected);
            }
        }
    }

    /** One digest for all checksums together; empty unless they cover the files that must be covered. */
    static Optional<String> digest(BundleFiles files, JsonFacts bundle, Collection<String> covered) {
        List<String> listed = bundle.names("sha256");
        if (!listed.containsAll(covered)) {
            return Optional.empty();
        }
        return Optional.of(digestOf(files, bundle, listed));
    }

    /** One digest for the content of these files, whether listed or not. */
    static String digestOf(BundleFiles files, JsonFacts bundle, Collection<String> covered) {
        List<String> listed = bundle.names("sha256");
        MessageDigest digest = ContentDigest.sha256();
        for (String file : new TreeSet<>(covered)) {
            String sum = listed.contains(file) ? bundle.textOf("sha256", file) : sha256(files, file);
            digest.update((file + "\n" + sum + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String sha256(BundleFiles files, String file) {
        try (InputStream in = files.open(file)) {
            return ContentDigest.hex(in, ContentDigest.sha256());
        } catch (FileNotFoundException e) {
            throw new BundleException(files.location(), file, "is missing, but bundle.json lists it", e);
        } catch (IOException e) {
            throw new BundleException(files.location(), file, "cannot be read: " + e.getMessage(), e);
        }
    }
}
