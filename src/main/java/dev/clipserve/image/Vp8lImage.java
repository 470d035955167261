package dev.clipserve.image;

import dev.clipserve.image.Vp8lTransform.Squares;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A lossless WebP's bit stream, VP8L (RFC 9649), decoded to the bits that libwebp gives; alpha is dropped. */
final class Vp8lImage {

    private static final int SIGNATURE = 0x2F;
    private static final int MOST_COLORS = 256;

    /** Memory for the prefix codes of any picture, beside what goes by its size. */
    private static final int LEAST_CODE_BYTES = 1 << 19;

    private static final int CODE_BYTES_PER_PIXEL = 2;

    /** The kinds of transforms, by their numbers. */
    private enum Kind {
        PREDICTION,
        COLOR,
        GREEN,
        PALETTE
    }

    private final Vp8lBits bits;
    private final Vp8lPixels pixels;
    private final int width;
    private final int height;
    /** Pixels of a row in the stream: fewer than {@link #width} where several are packed into one. */
    private int stored;

    private Vp8lImage(Vp8lBits bits, Vp8lPixels pixels, int width, int height) {
        this.bits = bits;
        this.pixels = pixels;
        this.width = width;
        this.height = height;
        stored = width;
    }

    /** The memory that decoding takes at its peak: pixels as ints and as RGB, codes, and three images of squares. */
    static long decodeBytes(long pixels) {
        return pixels * (Integer.BYTES + 3 + CODE_BYTES_PER_PIXEL + 1) + LEAST_CODE_BYTES;
    }

    /** Decodes a stream from its signature on, whose header tells the size that the caller has checked. */
    static RgbImage decode(ByteBuffer stream, int width, int height, TimeLimit deadline) throws IOException {
        var bits = new Vp8lBits(stream);
        bits.skip(Byte.SIZE + 2 * 14 + 1);
        if (stream.get(0) != SIGNATURE || bits.read(3) != 0) {
            throw new CorruptImageException("its bit stream has an unknown header");
        }
        long codeBytes = LEAST_CODE_BYTES + (long) CODE_BYTES_PER_PIXEL * width * height;
        var pixels = new Vp8lPixels(bits, codeBytes, deadline);
        return RgbImage.ofColors(width, height, new Vp8lImage(bits, pixels, width, height).decode(deadline));
    }

    private int[] decode(TimeLimit deadline) throws IOException {
        List<Vp8lTransform> transforms = transforms();
        int[] picture = pixels.readPicture(stored, height);
        for (Vp8lTransform transform : transforms.reversed()) {
            picture = transform.undo(picture, deadline);
        }
        return picture;
    }

    private List<Vp8lTransform> transforms() throws IOException {
        List<Vp8lTransform> transforms = new ArrayList<>();
        Set<Kind> left = EnumSet.allOf(Kind.class);
        while (bits.readFlag()) {
            Kind kind = Kind.values()[bits.read(2)];
            if (!left.remove(kind)) {
                throw new CorruptImageException("its bit stream has a transform twice");
            }
            transforms.add(transform(kind));
        }
        return transforms;
    }

    private Vp8lTransform transform(Kind kind) throws IOException {
        return switch (kind) {
            case PREDICTION -> new Vp8lTransform.Prediction(squares());
            case COLOR -> new Vp8lTransform.Color(squares());
            case GREEN -> new Vp8lTransform.Green();
            case PALETTE -> palette();
        };
    }

    private Squares squares() throws IOException {
        int size = 2 + bits.read(3);
        return new Squares(pixels.readPart(Squares.across(stored, size), Squares.across(height, size)), size, stored);
    }

    private Vp8lTransform palette() throws IOException {
        int count = 1 + bits.read(8);
        int[] colors = Arrays.copyOf(pixels.readPart(count, 1), MOST_COLORS);
        for (int i = 1; i < count; i++) {
            colors[i] = Vp8lTransform.add(colors[i], colors[i - 1]);
        }
        int packing = packing(count);
        stored = Squares.across(width, packing);
        return new Vp8lTransform.Palette(colors, packing, width);
    }

    /** How many pixels share one in the stream, as a power of two. */
    private static int packing(int colors) {
        if (colors > 16) {
            return 0;
        }
        return colors > 4 ? 1 : colors > 2 ? 2 : 3;
    }
}
