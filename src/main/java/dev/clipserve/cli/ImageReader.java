package dev.clipserve.cli;

import dev.clipserve.api.ImageOutcome;
import dev.clipserve.api.ImageProblems;
import dev.clipserve.api.ProblemException;
import dev.clipserve.api.ProblemType;
import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.Stages;
import dev.clipserve.image.InvalidImageException;
import dev.clipserve.image.InvalidImageException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;

/**
 * Reads images and embeds them; what cannot be used is told in the API's words. Safe for concurrent use: the bytes that
 * are held at the same time are bounded by a share of the heap.
 */
final class ImageReader {

    private static final int KILOBYTE = 1024;

    private final LoadedModel loaded;
    private final InputStream stdin;
    private final Deadline deadline;
    private final int kilobytes;
    private final Semaphore free;

    ImageReader(LoadedModel loaded, InputStream stdin, Deadline deadline) {
        this.loaded = loaded;
        this.stdin = stdin;
        this.deadline = deadline;
        this.kilobytes = (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 4 / KILOBYTE);
        this.free = new Semaphore(kilobytes, true);
    }

    /** The image's embedding, or why it has none. */
    ImageOutcome embed(String image) {
        try {
            return image.equals(ImageArguments.STDIN) ? embed(stdin, loaded.maxImageBytes()) : embed(Path.of(image));
        } catch (InvalidImageException e) {
            return new ImageOutcome.Failed(ImageProblems.of(e));
        } catch (CompletionException e) {
            String detail = "The model failed on this image: " + e.getCause();
            return new ImageOutcome.Failed(new ProblemException(ProblemType.INTERNAL_ERROR, detail));
        } catch (IOException e) {
            String detail = "The image cannot be read: " + IoFaults.reason(e) + ".";
            return new ImageOutcome.Failed(new ProblemException(ProblemType.NO_IMAGE, detail));
        }
    }

    private ImageOutcome embed(Path file) throws IOException {
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
        int room = (int) Math.min(kilobytes, size / KILOBYTE + 1);
        free.acquireUninterruptibly(room);
        try {
            byte[] content = in.readNBytes((int) Math.min(Integer.MAX_VALUE - KILOBYTE, loaded.maxImageBytes() + 1));
            if (content.length > loaded.maxImageBytes()) {
                throw tooLarge("has too many");
            }
            return new ImageOutcome.Embedded(loaded.model().images().embed(content, deadline, Stages.UNTIMED));
        } finally {
            free.release(room);
        }
    }

    private InvalidImageException tooLarge(String has) {
        return new InvalidImageException(
                Reason.TOO_MANY_BYTES,
                String.format(
                        Locale.ROOT, "The image %s bytes; at most %,d are allowed.", has, loaded.maxImageBytes()));
    }
}
