package dev.clipserve.image;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.ImageReader;
import org.jspecify.annotations.Nullable;

/**
 * A WebP, or the first frame of an animated one. The decoder sees the bare VP8 or VP8L bit stream: alpha, profiles,
 * metadata and further frames are left out. A lossy one (VP8) is decoded by libwebp, as in Pillow: decoders in Java
 * drift from it by several levels.
 *
 * <p>Format: Google, WebP Container Specification; the sizes also RFC 6386 (VP8) and RFC 9649 (VP8L).
 *
 * @param stream the chunk of the bit stream, header included; null where there is none
 * @param left where the frame lies on the canvas
 * @param exif the last EXIF data; null where there are none
 */
record WebpImage(
        long width,
        long height,
        int left,
        int top,
        @Nullable ByteBuffer stream,
        @Nullable ByteBuffer exif) implements EncodedImage {

    private static final int VP8 = fourCc("VP8 ");
    private static final int VP8L = fourCc("VP8L");
    private static final int VP8X = fourCc("VP8X");
    private static final int ANMF = fourCc("ANMF");
    private static final int EXIF = fourCc("EXIF");
    private static final int FRAME_HEADER = 16;

    /** What libwebp takes for rows and tables. */
    private static final int LIBWEBP_BYTES = 1 << 20;

    /** Of the stream: the bare file, what the binding reads it to and copies that to, and libwebp's own. */
    private static final int LIBWEBP_COPIES = 4;

    private static int fourCc(String name) {
        return name.charAt(0) | (name.charAt(1) << 8) | (name.charAt(2) << 16) | (name.charAt(3) << 24);
    }

    static WebpImage open(byte[] file) throws IOException {
        ByteBuffer bytes = container(file);
        WebpImage image = new WebpImage(0, 0, 0, 0, null, null);
        long at = 12;
        while (bytes.limit() - at >= 8) {
            int size = bytes.getInt((int) at + 4);
            if (Integer.toUnsignedLong(size) > bytes.limit() - at - 8) {
                throw new CorruptImageException("it is cut short, or a chunk's length is wrong");
            }
            ByteBuffer chunk = bytes.slice((int) at, 8 + size).order(ByteOrder.LITTLE_ENDIAN);
            image = image.with(chunk);
            at += 8L + size + size % 2;
        }
        return image;
    }

    /** As much of a file as its header says that there is. As for libwebp, what comes behind is nobody's. */
    private static ByteBuffer container(byte[] file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long end = 8 + Integer.toUnsignedLong(bytes.getInt(4));
        if (end > file.length) {
            throw new CorruptImageException("it is cut short, or its header says too many bytes");
        }
        return bytes.limit((int) end);
    }

    private WebpImage with(ByteBuffer chunk) throws IOException {
        int type = chunk.getInt(0);
        if (type == EXIF) {
            return new WebpImage(width, height, left, top, stream, chunk.slice(8, chunk.limit() - 8));
        }
        if (stream != null) {
            return this;
        }
        if (type == VP8X) {
            return new WebpImage(1 + int24(chunk, 12), 1 + int24(chunk, 15), 0, 0, null, exif);
        }
        if (type == VP8 || type == VP8L) {
            return withStream(chunk, 0, 0);
        }
        return type == ANMF ? withFrame(chunk) : this;
    }

    private WebpImage withFrame(ByteBuffer frame) throws IOException {
        int at = 8 + FRAME_HEADER;
        while (frame.getInt(at) != VP8 && frame.getInt(at) != VP8L) {
            int size = frame.getInt(at + 4);
            at = Math.addExact(at, 8 + Math.addExact(size, size & 1));
            if (size < 0) {
                throw new CorruptImageException("a chunk's length is wrong");
            }
        }
        ByteBuffer chunk = frame.slice(at, 8 + frame.getInt(at + 4)).order(ByteOrder.LITTLE_ENDIAN);
        return withStream(chunk, 2 * int24(frame, 8), 2 * int24(frame, 11));
    }

    /** Without a VP8X chunk before it, the bit stream's size is the canvas. */
    private WebpImage withStream(ByteBuffer chunk, int x, int y) throws IOException {
        int streamWidth = streamWidth(chunk);
        int streamHeight = streamHeight(chunk);
        long canvasWidth = width == 0 ? streamWidth : width;
        long canvasHeight = height == 0 ? streamHeight : height;
        if ((long) x + streamWidth > canvasWidth || (long) y + streamHeight > canvasHeight) {
            throw new CorruptImageException("its picture is larger than its canvas");
        }
        return new WebpImage(canvasWidth, canvasHeight, x, y, chunk, exif);
    }

    private static int streamWidth(ByteBuffer chunk) {
        return chunk.getInt(0) == VP8 ? chunk.getShort(14) & 0x3FFF : 1 + (chunk.getInt(9) & 0x3FFF);
    }

    private static int streamHeight(ByteBuffer chunk) {
        return chunk.getInt(0) == VP8 ? chunk.getShort(16) & 0x3FFF : 1 + ((chunk.getInt(9) >>> 14) & 0x3FFF);
    }

    private static int int24(ByteBuffer bytes, int at) {
        return Short.toUnsignedInt(bytes.getShort(at)) | ((bytes.get(at + 2) & 0xFF) << 16);
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.WEBP;
    }

    @Override
    public Orientation orientation() {
        return exif == null ? Orientation.UPRIGHT : Exif.orientation(exif);
    }

    /** Of a lossy picture RGBA, libwebp's copy of it, and RGB of picture or canvas; and copies of the stream. */
    @Override
    public long decodeBytes() {
        long copy = stream == null ? 0 : stream.limit();
        return isLossless()
                ? Vp8lImage.decodeBytes(pixels()) + copy
                : pixels() * 12 + LIBWEBP_BYTES + LIBWEBP_COPIES * copy;
    }

    @Override
    public RgbImage decode(Window wanted, TimeLimit deadline) throws IOException {
        if (stream == null) {
            throw new CorruptImageException("it has no picture");
        }
        return onCanvas(isLossless() ? lossless(stream, deadline) : decodeByLibwebp(stream, deadline));
    }

    boolean isLossless() {
        return stream != null && stream.getInt(0) == VP8L;
    }

    /** What libwebp makes of a bit stream of either kind. */
    static RgbImage decodeByLibwebp(ByteBuffer chunk, TimeLimit deadline) throws IOException {
        ImageReader reader = new WebPImageReaderSpi().createReaderInstance(null);
        try (BoundedInput input = new BoundedInput(bareFile(chunk), deadline)) {
            reader.setInput(input, true, true);
            return Rasters.unpack(reader.read(0).getRaster());
        } finally {
            reader.dispose();
        }
    }

    private static RgbImage lossless(ByteBuffer chunk, TimeLimit deadline) throws IOException {
        ByteBuffer bits = chunk.slice(8, chunk.limit() - 8);
        return Vp8lImage.decode(bits, streamWidth(chunk), streamHeight(chunk), deadline);
    }

    private static ByteBuffer bareFile(ByteBuffer chunk) {
        int padding = chunk.limit() % 2;
        return ByteBuffer.allocate(12 + chunk.limit() + padding)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(fourCc("RIFF"))
                .putInt(4 + chunk.limit() + padding)
                .putInt(fourCc("WEBP"))
                .put(chunk.duplicate());
    }

    /** A frame that does not cover its canvas lies on black, as in libwebp's decoder of animations. */
    private RgbImage onCanvas(RgbImage frame) {
        if (frame.width() == width && frame.height() == height) {
            return frame;
        }
        byte[] canvas = new byte[Math.toIntExact(3 * width * height)];
        frame.copyTo(canvas, Math.toIntExact(3 * (top * width + left)), Math.toIntExact(3 * width));
        return RgbImage.packed((int) width, (int) height, canvas);
    }
}
