package dev.clipserve.clip;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Holds the files of a bundle against the SHA-256 sums that {@code bundle.json} lists. */
final class Checksums {

    private static final int BUFFER = 1 << 16;

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

    private static String sha256(BundleFiles files, String file) {
        try (InputStream in = files.open(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (FileNotFoundException e) {
            throw new BundleException(files.location(), file, "is missing, but bundle.json lists it", e);
        } catch (IOException e) {
            throw new BundleException(files.location(), file, "cannot be read: " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
