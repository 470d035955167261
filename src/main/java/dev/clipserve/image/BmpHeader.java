package dev.clipserve.image;

import java.nio.ByteBuffer;

/**
 * The headers of a Windows bitmap.
 *
 * @param size bytes of the second header, which tells its version
 * @param height positive, unchecked otherwise
 * @param pixels index of the first pixel
 */
record BmpHeader(
        int size, long width, long height, boolean bottomUp, int bits, int compression, int pixels, Masks masks) {

    private static final int FILE_HEADER = 14;
    private static final int CORE = 12;
    private static final int PLAIN = 0;
    private static final int RLE8 = 1;
    private static final int RLE4 = 2;
    private static final int MASKED = 3;

    static BmpHeader read(ByteBuffer bytes) throws CorruptImageException {
        int size = bytes.getInt(14);
        int pixels = bytes.getInt(10);
        if (size == CORE) {
            long width = Short.toUnsignedLong(bytes.getShort(18));
            long height = Short.toUnsignedLong(bytes.getShort(20));
            return new BmpHeader(size, width, height, true, bytes.getShort(24), PLAIN, pixels, Masks.standard(24));
        }
        if (size < 40 || size > 124) {
            throw new CorruptImageException("its header has an unknown size");
        }
        long height = bytes.getInt(22);
        int bits = bytes.getShort(28);
        int compression = bytes.getInt(30);
        Masks masks = compression == MASKED ? Masks.read(bytes, bits) : Masks.standard(bits);
        return new BmpHeader(size, bytes.getInt(18), Math.abs(height), height > 0, bits, compression, pixels, masks);
    }

    boolean isRunLength() {
        return compression == RLE8 || compression == RLE4;
    }

    void requireKnown() throws UnsupportedImageException {
        boolean known = switch (compression) {
            case PLAIN -> bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
            case RLE8 -> bits == 8;
            case RLE4 -> bits == 4;
            case MASKED -> bits == 16 || bits == 32;
            default -> false;
        };
        if (!known) {
            throw new UnsupportedImageException("compression " + compression + " with " + bits + " bits a pixel");
        }
    }

    /** 256 colours as R, G, B; black where the file has fewer. */
    byte[] palette(ByteBuffer bytes) {
        byte[] palette = new byte[3 * 256];
        int start = FILE_HEADER + size;
        int entry = size == CORE ? 3 : 4;
        int end = pixels > start ? Math.min(pixels, bytes.limit()) : bytes.limit();
        for (int i = 0; i < 256 && start + (i + 1) * entry <= end; i++) {
            palette[3 * i] = bytes.get(start + i * entry + 2);
            palette[3 * i + 1] = bytes.get(start + i * entry + 1);
            palette[3 * i + 2] = bytes.get(start + i * entry);
        }
        return palette;
    }

    /** Which bits of a pixel are red, green and blue. */
    record Masks(int red, int green, int blue) {

        static Masks standard(int bits) {
            return bits == 16 ? new Masks(0x7C00, 0x3E0, 0x1F) : new Masks(0xFF0000, 0xFF00, 0xFF);
        }

        static Masks read(ByteBuffer bytes, int bits) {
            Masks masks = new Masks(bytes.getInt(54), bytes.getInt(58), bytes.getInt(62));
            return masks.red == 0 && masks.green == 0 && masks.blue == 0 ? standard(bits) : masks;
        }

        /** The masked bits, spread over 0…255; 0 for an empty mask. */
        static byte sample(int pixel, int mask) {
            if (mask == 0) {
                return 0;
            }
            int shift = Integer.numberOfTrailingZeros(mask);
            long most = Integer.toUnsignedLong(mask) >>> shift;
            return (byte) (((pixel & mask) >>> shift) * 255L / most);
        }

        int redByte() throws UnsupportedImageException {
            return byteOf(red);
        }

        int greenByte() throws UnsupportedImageException {
            return byteOf(green);
        }

        int blueByte() throws UnsupportedImageException {
            return byteOf(blue);
        }

        private static int byteOf(int mask) throws UnsupportedImageException {
            int shift = Integer.numberOfTrailingZeros(mask);
            if (shift % 8 != 0 || mask >>> shift != 0xFF) {
                throw new UnsupportedImageException("colours of other than 8 bits in 32-bit pixels");
            }
            return shift / 8;
        }
    }
}
