package dev.clipserve.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;

/** Encoded pictures for tests, made by the JDK or byte by byte. */
public final class EncodedPictures {

    private static final String WEBP_LOSSY =
            "524946466a00000057454250565038205e0000009002009d012a0800060000c01225b00274ba01f800d70003ab"
                    + "8bb8fd7000feff11e17d4b8cf963da9f90ab47647010d93f14ffcfffc87b94dfb521fe32afde37b69ff9d2bfff"
                    + "e457fa1e0f3ce5bf02f3ff1f83924d47ff1f1c737ad00000";
    private static final String WEBP_LOSSLESS =
            "524946462a000000574542505650384c1e0000002f07400100b98ce87fec22a2ff012101618eff1b250b066480" + "6202905a36";

    /** A small picture of each kind, by name. */
    public static final SortedMap<String, byte[]> SAMPLES = samples();

    private EncodedPictures() {}

    static byte[] sample(String name) {
        return Objects.requireNonNull(SAMPLES.get(name)).clone();
    }

    private static SortedMap<String, byte[]> samples() {
        BufferedImage color = pattern(24, 18, BufferedImage.TYPE_INT_RGB);
        var samples = new TreeMap<String, byte[]>();
        for (String format : List.of("jpeg", "png", "gif", "bmp", "tiff")) {
            samples.put(format, written(color, format));
        }
        samples.put("webp lossy", HexFormat.of().parseHex(WEBP_LOSSY));
        samples.put("webp lossless", HexFormat.of().parseHex(WEBP_LOSSLESS));
        samples.put("png interlaced", png(new PngKind(5, 4, 2, 0, 1), new byte[40]));
        samples.put("png palette", written(pattern(24, 18, BufferedImage.TYPE_BYTE_INDEXED), "png"));
        samples.put("bmp 1 bit", written(pattern(24, 18, BufferedImage.TYPE_BYTE_BINARY), "bmp"));
        samples.put("tiff gray", written(pattern(24, 18, BufferedImage.TYPE_BYTE_GRAY), "tiff"));
        samples.put("tiff bilevel", written(pattern(24, 18, BufferedImage.TYPE_BYTE_BINARY), "tiff"));
        return Collections.unmodifiableSortedMap(samples);
    }

    /** A gradient in both directions. */
    public static BufferedImage pattern(int width, int height, int type) {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, ((x * 255 / width) << 16) | ((y * 255 / height) << 8) | 64);
            }
        }
        return image;
    }

    /** A picture as the JDK writes it. */
    public static byte[] written(BufferedImage image, String format) {
        var out = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, format, out)) {
                throw new IllegalArgumentException("no writer for " + format);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    /** What a PNG's header says. */
    record PngKind(int width, int height, int bitDepth, int colorType, int interlace) {}

    /** A PNG of one IDAT chunk; rows are given with their filter bytes. */
    static byte[] png(PngKind kind, byte[] rows, byte[]... chunks) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(HexFormat.of().parseHex("89504e470d0a1a0a"));
        ByteBuffer header = ByteBuffer.allocate(13).putInt(kind.width).putInt(kind.height);
        header.put((byte) kind.bitDepth).put((byte) kind.colorType).put(12, (byte) kind.interlace);
        out.writeBytes(chunk("IHDR", header.array()));
        for (byte[] chunk : chunks) {
            out.writeBytes(chunk);
        }
        out.writeBytes(chunk("IDAT", deflated(rows)));
        out.writeBytes(chunk("IEND", new byte[0]));
        return out.toByteArray();
    }

    static byte[] chunk(String type, byte[] data) {
        byte[] typed = new byte[4 + data.length];
        System.arraycopy(type.getBytes(StandardCharsets.US_ASCII), 0, typed, 0, 4);
        System.arraycopy(data, 0, typed, 4, data.length);
        CRC32 crc = new CRC32();
        crc.update(typed);
        return ByteBuffer.allocate(8 + typed.length)
                .putInt(data.length)
                .put(typed)
                .putInt((int) crc.getValue())
                .array();
    }

    private static byte[] deflated(byte[] data) {
        Deflater deflater = new Deflater();
        deflater.setInput(data);
        deflater.finish();
        byte[] target = new byte[data.length + 64];
        int length = deflater.deflate(target);
        deflater.end();
        return Arrays.copyOf(target, length);
    }

    /** EXIF data that say nothing but the orientation. */
    static byte[] exif(int orientation, ByteOrder order) {
        ByteBuffer data = ByteBuffer.allocate(26).order(order);
        data.put(order == ByteOrder.LITTLE_ENDIAN ? new byte[] {'I', 'I'} : new byte[] {'M', 'M'});
        data.putShort((short) 42).putInt(8).putShort((short) 1);
        data.putShort((short) 274).putShort((short) 3).putInt(1).putShort((short) orientation);
        return data.array();
    }

    /** Puts a marker segment right behind a JPEG's SOI. */
    static byte[] withSegment(byte[] jpeg, int marker, byte[] data) {
        return ByteBuffer.allocate(jpeg.length + 4 + data.length)
                .put(jpeg, 0, 2)
                .putShort((short) (0xFF00 | marker))
                .putShort((short) (2 + data.length))
                .put(data)
                .put(jpeg, 2, jpeg.length - 2)
                .array();
    }
}
