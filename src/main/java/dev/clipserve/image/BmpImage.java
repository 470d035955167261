package dev.clipserve.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A Windows bitmap. Pictures of 24 and 32 bits are read in place, in the file's own bytes; alpha is dropped, colour
 * profiles and embedded JPEG or PNG are not followed.
 *
 * <p>Format: Microsoft, Bitmap Storage (BITMAPFILEHEADER, BITMAPCOREHEADER, BITMAPINFOHEADER and its successors).
 */
record BmpImage(ByteBuffer bytes, BmpHeader header) implements EncodedImage {

    static BmpImage open(byte[] file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        return new BmpImage(bytes, BmpHeader.read(bytes));
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.BMP;
    }

    @Override
    public long width() {
        return header.width();
    }

    @Override
    public long height() {
        return header.height();
    }

    @Override
    public long decodeBytes() {
        return pixels() * (header.isRunLength() ? 4 : 3);
    }

    @Override
    public Orientation orientation() {
        return header.bottomUp() ? Orientation.FLIPPED : Orientation.UPRIGHT;
    }

    @Override
    public RgbImage decode(Window wanted, TimeLimit deadline) throws IOException {
        header.requireKnown();
        int width = Math.toIntExact(header.width());
        int height = Math.toIntExact(header.height());
        if (header.isRunLength()) {
            byte[] indices = new BmpRunLength(bytes, header).decode(deadline);
            return colored(width, height, ByteBuffer.wrap(indices), new Rows(0, width, 8));
        }
        int stride = Math.toIntExact((header.width() * header.bits() + 31) / 32 * 4);
        long end = header.pixels() + (long) stride * (height - 1) + (header.width() * header.bits() + 7) / 8;
        if (header.pixels() < 0 || end > bytes.limit()) {
            throw new CorruptImageException("it is cut short, or its header is wrong");
        }
        Rows rows = new Rows(header.pixels(), stride, header.bits());
        return switch (header.bits()) {
            case 24, 32 -> inPlace(width, height, stride);
            case 16 -> packed(width, height, rows);
            default -> colored(width, height, bytes, rows);
        };
    }

    /** Where rows of indices or pixels lie. */
    private record Rows(int start, int stride, int bits) {}

    private RgbImage inPlace(int width, int height, int stride) throws IOException {
        return new RgbImage(
                bytes.array(),
                new RgbImage.Layout(
                        width,
                        height,
                        bytes.arrayOffset() + header.pixels(),
                        header.bits() / 8,
                        stride,
                        header.masks().redByte(),
                        header.masks().greenByte(),
                        header.masks().blueByte()));
    }

    /** Pixels of 16 bits, each sample spread over 0…255 and rounded down as Pillow does. */
    private RgbImage packed(int width, int height, Rows rows) {
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
        BmpHeader.Masks masks = header.masks();
        int to = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int pixel = Short.toUnsignedInt(bytes.getShort(rows.start + y * rows.stride + 2 * x));
                rgb[to++] = BmpHeader.Masks.sample(pixel, masks.red());
                rgb[to++] = BmpHeader.Masks.sample(pixel, masks.green());
                rgb[to++] = BmpHeader.Masks.sample(pixel, masks.blue());
            }
        }
        return RgbImage.packed(width, height, rgb);
    }

    private RgbImage colored(int width, int height, ByteBuffer indices, Rows rows) {
        byte[] palette = header.palette(bytes);
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
        int most = (1 << rows.bits) - 1;
        for (int y = 0, to = 0; y < height; y++) {
            int row = rows.start + y * rows.stride;
            for (int x = 0; x < width; x++, to += 3) {
                long bit = (long) x * rows.bits;
                int shift = 8 - rows.bits - (int) (bit & 7);
                int index = (indices.get(row + (int) (bit >> 3)) >> shift) & most;
                System.arraycopy(palette, 3 * index, rgb, to, 3);
            }
        }
        return RgbImage.packed(width, height, rgb);
    }
}
