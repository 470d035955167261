package dev.clipserve.cli;

import dev.clipserve.api.ImageOutcome;
import dev.clipserve.api.ImageProblems;
import dev.clipserve.api.ProblemException;
import dev.clipserve.api.ProblemType;
import dev.clipserve.batching.Budget;
import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.Stages;
import dev.clipserve.image.InvalidImageException;
import dev.clipserve.image.InvalidImageException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CompletionException;

/**
 * Reads images and embeds them; what cannot be used is told in the API's words. Safe for concurrent use: the bytes that
 * are held at the same time are bounded by a share of the heap.
 */
final class ImageReader {

    /** Arrays may be a few elements shorter than an int can tell. */
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 1024;

    private final LoadedModel loaded;
    private final InputStream stdin;
    private final Deadline deadline;
    private final Budget memory;

    ImageReader(LoadedModel loaded, InputStream stdin, Deadline deadline) {
        this.loaded = loaded;
        this.stdin = stdin;
        this.deadline = deadline;
        this.memory = new Budget(Runtime.getRuntime().maxMemory() / 4);
    }

    /** What may fail in reading an image. */
    @FunctionalInterface
    private interface Reading {
        ImageOutcome read() throws IOException;
    }

    /** The embedding of an image that an argument names, or why it has none. */
    ImageOutcome embed(String image) {
        return outcome(
                () -> image.equals(ImageArguments.STDIN) ? embed(stdin, loaded.maxImageBytes()) : read(Path.of(image)));
    }

    /** The embedding of the image in a file, or why it has none. */
    ImageOutcome embedFile(Path file) {
        return outcome(() -> read(file));
    }

    private static ImageOutcome outcome(Reading reading) {
        try {
            return reading.read();
        } catch (InvalidImageException e) {
            return new ImageOutcome.Failed(ImageProblems.of(e));
        } catch (CompletionException e) {
            String detail = "The model failed on this image: " + e.getCause();
            return new ImageOutcome.Failed(new ProblemException(ProblemType.INTERNAL_ERROR, detail));
        } catch (IOException e) {
            String detail = "The image cannot be read: " + IoFaults.reason(e) + ".";
            return new ImageOutcome.Failed(new ProblemException(ProblemType.NO_IMAGE, detail));
        } catch (InvalidPathException e) {
            String detail = "The image cannot be read: its name can be no path here (" + e.getReason()
                    + "); beyond ASCII it needs a locale such as LC_ALL=C.UTF-8.";
            return new ImageOutcome.Failed(new ProblemException(ProblemType.NO_IMAGE, detail));
        }
    }

    private ImageOutcome read(Path file) throws IOException {
        // What is no file, such as a pipe, does not know its size.
        long size = Files.isRegularFile(file) ? Files.size(file) : loaded.maxImageBytes();
        if (size > loaded.maxImageBytes()) {
            throw tooLarge(String.format(Locale.ROOT, "has %,d", size));
        }
        try (InputStream in = Files.newInputStream(file)) {
            return embed(in, size);
        }
    }

    /**
     * Embeds what a stream has.
     *
     * @param size how many bytes are expected at most
     */
    private ImageOutcome embed(InputStream in, long size) throws IOException {
        try (var _ = memory.take(size, deadline.remaining()).orElseThrow(ImageReader::brokenOff)) {
            byte[] content = in.readNBytes((int) Math.min(LONGEST_ARRAY, loaded.maxImageBytes() + 1));
            if (content.length > loaded.maxImageBytes()) {
                throw tooLarge("has too many");
            }
            return new ImageOutcome.Embedded(loaded.model().images().embed(content, deadline, Stages.UNTIMED));
        }
    }

    private static IOException brokenOff() {
        return new InterruptedIOException("the work was broken off before there was memory for it");
    }

    private InvalidImageException tooLarge(String has) {
        return new InvalidImageException(
                Reason.TOO_MANY_BYTES,
                String.format(
                        Locale.ROOT, "The image %s bytes; at most %,d are allowed.", has, loaded.maxImageBytes()));
    }
}
