package dev.clipserve.image;

import dev.clipserve.image.Vp8lTransform.Squares;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decodes images of a VP8L stream (RFC 9649, section 5): pixels given one by one, copies of earlier ones, and colours
 * from a cache of recent ones, all in prefix codes.
 */
final class Vp8lPixels {

    private static final int LITERALS = 256;
    private static final int LENGTHS = 24;
    private static final int DISTANCES = 40;
    private static final int MOST_CACHE_BITS = 11;
    private static final int HASH = 0x1E35A7BD;

    /**
     * What the first 120 codes of distances mean: rows above in the high four bits, and in the low four 8 minus columns
     * to the left.
     */
    private static final byte[] NEAR = {
        0x18, 0x07, 0x17, 0x19, 0x28, 0x06, 0x27, 0x29, 0x16, 0x1a, 0x26, 0x2a, 0x38, 0x05, 0x37, 0x39, 0x15, 0x1b,
        0x36, 0x3a, 0x25, 0x2b, 0x48, 0x04, 0x47, 0x49, 0x14, 0x1c, 0x35, 0x3b, 0x46, 0x4a, 0x24, 0x2c, 0x58, 0x45,
        0x4b, 0x34, 0x3c, 0x03, 0x57, 0x59, 0x13, 0x1d, 0x56, 0x5a, 0x23, 0x2d, 0x44, 0x4c, 0x55, 0x5b, 0x33, 0x3d,
        0x68, 0x02, 0x67, 0x69, 0x12, 0x1e, 0x66, 0x6a, 0x22, 0x2e, 0x54, 0x5c, 0x43, 0x4d, 0x65, 0x6b, 0x32, 0x3e,
        0x78, 0x01, 0x77, 0x79, 0x53, 0x5d, 0x11, 0x1f, 0x64, 0x6c, 0x42, 0x4e, 0x76, 0x7a, 0x21, 0x2f, 0x75, 0x7b,
        0x31, 0x3f, 0x63, 0x6d, 0x52, 0x5e, 0x00, 0x74, 0x7c, 0x41, 0x4f, 0x10, 0x20, 0x62, 0x6e, 0x30, 0x73, 0x7d,
        0x51, 0x5f, 0x40, 0x72, 0x7e, 0x61, 0x6f, 0x50, 0x71, 0x7f, 0x60, 0x70
    };

    private final Vp8lBits bits;
    private final TimeLimit deadline;
    /** Memory that prefix codes may still take: a few bits can make many codes. */
    private long codeBytesLeft;

    Vp8lPixels(Vp8lBits bits, long mostCodeBytes, TimeLimit deadline) {
        this.bits = bits;
        this.codeBytesLeft = mostCodeBytes;
        this.deadline = deadline;
    }

    /** The codes of a part of an image; that of green also has the lengths of copies and the places in the cache. */
    private record Codes(Vp8lCode green, Vp8lCode red, Vp8lCode blue, Vp8lCode alpha, Vp8lCode distance) {

        long bytes() {
            return (long) green.bytes() + red.bytes() + blue.bytes() + alpha.bytes() + distance.bytes();
        }
    }

    /** Reads the picture itself, squares of which may have codes of their own. */
    int[] readPicture(int width, int height) throws IOException {
        int[] cache = cache();
        Squares parts = null;
        if (bits.readFlag()) {
            int size = 2 + bits.read(3);
            parts = new Squares(readPart(Squares.across(width, size), Squares.across(height, size)), size, width);
        }
        return read(new int[width * height], width, parts, cache);
    }

    /** Reads one of the smaller images beside the picture. */
    int[] readPart(int width, int height) throws IOException {
        return read(new int[width * height], width, null, cache());
    }

    /** The cache of colours, black at first; of length 0 where there is none. */
    private int[] cache() throws CorruptImageException {
        if (!bits.readFlag()) {
            return new int[0];
        }
        int size = bits.read(4);
        if (size < 1 || size > MOST_CACHE_BITS) {
            throw new CorruptImageException("its cache of colours has an unknown size");
        }
        return new int[1 << size];
    }

    private int[] read(int[] pixels, int width, @Nullable Squares parts, int[] cache) throws IOException {
        Codes[] codes = codes(parts, cache.length);
        int shift = Integer.SIZE - Integer.numberOfTrailingZeros(cache.length);
        int x = 0;
        int y = 0;
        for (int i = 0; i < pixels.length; ) {
            Codes here = codes[parts == null ? 0 : part(parts.at(x, y))];
            int symbol = here.green.next(bits);
            int count = 1;
            if (symbol < LITERALS) {
                pixels[i] = literal(here, symbol);
            } else if (symbol < LITERALS + LENGTHS) {
                count = copy(pixels, i, number(symbol - LITERALS), distance(here, width));
            } else {
                pixels[i] = cache[symbol - LITERALS - LENGTHS];
            }
            for (int end = i + count; i < end; i++) {
                if (cache.length > 0) {
                    cache[(HASH * pixels[i]) >>> shift] = pixels[i];
                }
            }
            for (x += count; x >= width; x -= width, y++) {
                deadline.check();
            }
        }
        return pixels;
    }

    private static int part(int pixel) {
        return (pixel >> 8) & 0xFFFF;
    }

    private Codes[] codes(@Nullable Squares parts, int cacheSize) throws IOException {
        int last = parts == null
                ? 0
                : Arrays.stream(parts.values()).map(Vp8lPixels::part).max().orElseThrow();
        Codes[] codes = new Codes[last + 1];
        for (int i = 0; i < codes.length; i++) {
            deadline.check();
            codes[i] = new Codes(
                    Vp8lCode.read(bits, LITERALS + LENGTHS + cacheSize),
                    Vp8lCode.read(bits, LITERALS),
                    Vp8lCode.read(bits, LITERALS),
                    Vp8lCode.read(bits, LITERALS),
                    Vp8lCode.read(bits, DISTANCES));
            codeBytesLeft -= codes[i].bytes();
            if (codeBytesLeft < 0) {
                throw new UnsupportedImageException("it has more prefix codes than its size is worth");
            }
        }
        return codes;
    }

    private int literal(Codes codes, int green) throws CorruptImageException {
        int red = codes.red.next(bits);
        int blue = codes.blue.next(bits);
        return (codes.alpha.next(bits) << 24) | (red << 16) | (green << 8) | blue;
    }

    private int distance(Codes codes, int width) throws CorruptImageException {
        int code = number(codes.distance.next(bits));
        if (code > NEAR.length) {
            return code - NEAR.length;
        }
        int near = NEAR[code - 1];
        return Math.max(1, (near >> 4) * width + 8 - (near & 15));
    }

    /** A number from 1 on, of a prefix and more bits the larger it is. */
    private int number(int prefix) throws CorruptImageException {
        if (prefix < 4) {
            return prefix + 1;
        }
        int more = (prefix - 2) >> 1;
        return ((2 + (prefix & 1)) << more) + bits.read(more) + 1;
    }

    /** Copies, one by one since both places may overlap; the number of pixels. */
    private static int copy(int[] pixels, int to, int count, int distance) throws CorruptImageException {
        if (distance > to || count > pixels.length - to) {
            throw new CorruptImageException("it copies pixels that it does not have");
        }
        for (int i = to; i < to + count; i++) {
            pixels[i] = pixels[i - distance];
        }
        return count;
    }
}
