package dev.clipserve.cli.evaluate;

import dev.clipserve.batching.Deadline;
import dev.clipserve.image.DecodeBudget;
import dev.clipserve.image.ImageFormat;
import dev.clipserve.image.ImageLimits;
import dev.clipserve.image.ImagePreparer;
import dev.clipserve.image.ImagePreprocessor;
import dev.clipserve.image.InvalidImageException;
import dev.clipserve.image.PixelValues;
import dev.clipserve.image.Preprocessing;
import dev.clipserve.image.Preprocessing.Crop;
import dev.clipserve.image.Preprocessing.Normalization;
import dev.clipserve.image.Preprocessing.PerChannel;
import dev.clipserve.image.Preprocessing.Rounding;
import dev.clipserve.image.Preprocessing.ShortestEdge;
import dev.clipserve.image.Preprocessing.Size;
import dev.clipserve.image.Resample;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;
import javax.imageio.ImageIO;

/** Small pictures for a page that has all that it needs in itself: JPEG, square, as data URIs of some kilobytes. */
public final class Thumbnails {

    /** Pixels of a side. */
    static final int SIDE = 112;

    private static final Normalization AS_IT_IS =
            new Normalization(1, new PerChannel(0, 0, 0), new PerChannel(1, 1, 1));

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final long maxBytes;
    private final ImagePreparer preparer;

    /**
     * Makes pictures of files up to a size; of what is larger, or broken, there is none.
     *
     * @param maxBytes of a file
     */
    public Thumbnails(long maxBytes) {
        this.maxBytes = maxBytes;
        var limits = new ImageLimits(maxBytes, Integer.MAX_VALUE, PATIENCE, EnumSet.allOf(ImageFormat.class));
        this.preparer = new ImagePreparer(
                limits,
                new DecodeBudget(1, Runtime.getRuntime().maxMemory() / 4),
                new ImagePreprocessor(new Preprocessing(
                        new ShortestEdge(SIDE),
                        Resample.BICUBIC,
                        new Crop(new Size(SIDE, SIDE), Rounding.DOWN),
                        AS_IT_IS)),
                new SimpleMeterRegistry());
    }

    /** The middle of a picture as a data URI. */
    Optional<String> dataUri(String path) {
        try {
            Path file = Path.of(path);
            if (Files.size(file) > maxBytes) {
                return Optional.empty();
            }
            PixelValues pixels = preparer.prepare(Files.readAllBytes(file), Deadline.after(PATIENCE))
                    .pixels();
            return Optional.of("data:image/jpeg;base64," + Base64.getEncoder().encodeToString(jpeg(pixels)));
        } catch (IOException | InvalidImageException | InvalidPathException e) {
            // Not every file's name can be written and read again.
            return Optional.empty();
        }
    }

    private static byte[] jpeg(PixelValues pixels) throws IOException {
        FloatBuffer samples = FloatBuffer.allocate(pixels.size());
        pixels.writeTo(samples);
        var image = new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_INT_RGB);
        int plane = pixels.width() * pixels.height();
        for (int i = 0; i < plane; i++) {
            int red = (int) samples.get(i);
            int green = (int) samples.get(plane + i);
            int blue = (int) samples.get(2 * plane + i);
            image.setRGB(i % pixels.width(), i / pixels.width(), red << 16 | green << 8 | blue);
        }
        var jpeg = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", jpeg);
        return jpeg.toByteArray();
    }
}
