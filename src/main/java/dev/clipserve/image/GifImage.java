package dev.clipserve.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The first frame of a GIF on its canvas. What the frame leaves free has the transparent colour, or the palette's first
 * where none is transparent, as in Pillow; transparent pixels show the palette's colour.
 *
 * <p>Format: CompuServe, Graphics Interchange Format, version 89a.
 *
 * @param frame index of the frame's descriptor
 * @param width of the canvas, which is enlarged where the frame stands out
 * @param fill palette index of what the frame leaves free
 */
record GifImage(ByteBuffer bytes, int frame, long width, long height, int fill) implements EncodedImage {

    private static final int GLOBAL_PALETTE = 13;
    private static final int EXTENSION = 0x21;
    private static final int GRAPHIC_CONTROL = 0xF9;
    private static final int IMAGE = 0x2C;

    static GifImage open(byte[] file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int at = GLOBAL_PALETTE + paletteBytes(bytes.get(10));
        int fill = 0;
        while (bytes.get(at) != IMAGE) {
            if (bytes.get(at) != EXTENSION) {
                throw new CorruptImageException("it has no frame");
            }
            if ((bytes.get(at + 1) & 0xFF) == GRAPHIC_CONTROL && (bytes.get(at + 3) & 1) == 1) {
                fill = bytes.get(at + 6) & 0xFF;
            }
            at = afterBlocks(bytes, at + 2);
        }
        long right = (long) unsigned(bytes, at + 1) + unsigned(bytes, at + 5);
        long bottom = (long) unsigned(bytes, at + 3) + unsigned(bytes, at + 7);
        return new GifImage(bytes, at, Math.max(unsigned(bytes, 6), right), Math.max(unsigned(bytes, 8), bottom), fill);
    }

    private static int afterBlocks(ByteBuffer bytes, int at) {
        int end = at;
        while (bytes.get(end) != 0) {
            end += 1 + (bytes.get(end) & 0xFF);
        }
        return end + 1;
    }

    private static int unsigned(ByteBuffer bytes, int at) {
        return Short.toUnsignedInt(bytes.getShort(at));
    }

    private static int paletteBytes(byte flags) {
        return flags < 0 ? 3 << ((flags & 7) + 1) : 0;
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.GIF;
    }

    @Override
    public long decodeBytes() {
        return pixels() * 4;
    }

    @Override
    public Orientation orientation() {
        return Orientation.UPRIGHT;
    }

    @Override
    public RgbImage decode(Window wanted, TimeLimit deadline) throws IOException {
        int canvasWidth = Math.toIntExact(width);
        int canvasHeight = Math.toIntExact(height);
        int frameWidth = unsigned(bytes, frame + 5);
        int frameHeight = unsigned(bytes, frame + 7);
        byte flags = bytes.get(frame + 9);
        GifLzw lzw = new GifLzw(bytes, frame + 10 + paletteBytes(flags), deadline);
        byte[] indices = lzw.decode(Math.multiplyExact(frameWidth, frameHeight));
        byte[] palette = palette(flags);
        byte[] rgb = canvas(palette);
        boolean interlaced = (flags & 0x40) != 0;
        int origin = 3 * (unsigned(bytes, frame + 3) * canvasWidth + unsigned(bytes, frame + 1));
        for (int stored = 0; stored < frameHeight; stored++) {
            int row = interlaced ? interlacedRow(stored, frameHeight) : stored;
            int to = origin + 3 * row * canvasWidth;
            for (int i = stored * frameWidth; i < (stored + 1) * frameWidth; i++, to += 3) {
                System.arraycopy(palette, 3 * (indices[i] & 0xFF), rgb, to, 3);
            }
        }
        return RgbImage.packed(canvasWidth, canvasHeight, rgb);
    }

    /** The canvas before the frame is drawn. */
    private byte[] canvas(byte[] palette) {
        byte[] rgb = new byte[Math.toIntExact(3 * width * height)];
        for (int i = 0; i < rgb.length; i += 3) {
            System.arraycopy(palette, 3 * fill, rgb, i, 3);
        }
        return rgb;
    }

    /** 256 colours as R, G, B: the frame's own palette, or the global one, or grays; black behind its end. */
    private byte[] palette(byte flags) {
        byte[] palette = new byte[3 * 256];
        int local = paletteBytes(flags);
        int global = paletteBytes(bytes.get(10));
        if (local > 0) {
            bytes.get(frame + 10, palette, 0, local);
        } else if (global > 0) {
            bytes.get(GLOBAL_PALETTE, palette, 0, global);
        } else {
            for (int i = 0; i < 256; i++) {
                Arrays.fill(palette, 3 * i, 3 * i + 3, (byte) i);
            }
        }
        return palette;
    }

    /** Rows come in four passes: every 8th from 0, every 8th from 4, every 4th from 2, every 2nd from 1. */
    private static int interlacedRow(int stored, int height) {
        int rest = stored;
        int[] starts = {0, 4, 2, 1};
        int[] steps = {8, 8, 4, 2};
        for (int pass = 0; pass < 3; pass++) {
            int rows = Math.max(0, (height - starts[pass] + steps[pass] - 1) / steps[pass]);
            if (rest < rows) {
                return starts[pass] + rest * steps[pass];
            }
            rest -= rows;
        }
        return starts[3] + rest * steps[3];
    }
}
