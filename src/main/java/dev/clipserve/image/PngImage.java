package dev.clipserve.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A PNG: its header, palette and orientation, and where its pixel data begin. Chunks of text, profiles, gamma,
 * transparency and animation are stepped over unread, so they can neither cost anything nor change a colour.
 *
 * <p>Format: W3C, Portable Network Graphics Specification (Third Edition).
 */
record PngImage(
        ByteBuffer bytes, PngHeader header, @Nullable ByteBuffer palette, int firstData, Orientation orientation)
        implements EncodedImage {

    static final int IDAT = 0x49444154;
    private static final int IHDR = 0x49484452;
    private static final int PLTE = 0x504C5445;
    private static final int EXIF = 0x65584966;
    private static final int IEND = 0x49454E44;
    private static final int FIRST_CHUNK = 8;
    /** Length, type and check sum of a chunk. */
    static final int CHUNK_FRAME = 12;

    static PngImage open(byte[] file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        PngHeader header = readHeader(bytes);
        @Nullable ByteBuffer palette = null;
        @Nullable ByteBuffer exif = null;
        int firstData = 0;
        int at = FIRST_CHUNK;
        while (bytes.limit() - at >= CHUNK_FRAME) {
            ByteBuffer data = chunkData(bytes, at);
            switch (bytes.getInt(at + 4)) {
                case PLTE -> palette = palette == null ? data : palette;
                case EXIF -> exif = data;
                case IDAT -> firstData = firstData == 0 ? at : firstData;
                case IEND -> at = bytes.limit() - CHUNK_FRAME - data.remaining();
                default -> {}
            }
            at += CHUNK_FRAME + data.remaining();
        }
        Orientation orientation = exif == null ? Orientation.UPRIGHT : Exif.orientation(exif);
        return new PngImage(bytes, header, palette, firstData, orientation);
    }

    /** The data of the chunk that begins at an index. */
    static ByteBuffer chunkData(ByteBuffer bytes, int at) throws CorruptImageException {
        long length = Integer.toUnsignedLong(bytes.getInt(at));
        if (length > bytes.limit() - at - CHUNK_FRAME) {
            throw new CorruptImageException("it is cut short, or a chunk's length is wrong");
        }
        return bytes.slice(at + 8, (int) length);
    }

    private static PngHeader readHeader(ByteBuffer bytes) throws CorruptImageException {
        if (bytes.limit() < FIRST_CHUNK + CHUNK_FRAME + 13
                || bytes.getInt(FIRST_CHUNK) != 13
                || bytes.getInt(FIRST_CHUNK + 4) != IHDR) {
            throw new CorruptImageException("it does not begin with a header");
        }
        CRC32 crc = new CRC32();
        crc.update(bytes.slice(FIRST_CHUNK + 4, 17));
        if ((int) crc.getValue() != bytes.getInt(FIRST_CHUNK + 21)) {
            throw new CorruptImageException("the check sum of its header is wrong");
        }
        return PngHeader.read(bytes.slice(FIRST_CHUNK + 8, 13));
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.PNG;
    }

    @Override
    public long width() {
        return header.width();
    }

    @Override
    public long height() {
        return header.height();
    }

    /** The result and two rows, which of a wide picture of few rows are the larger part. */
    @Override
    public long decodeBytes() {
        return pixels() * (header.isGray() ? 1 : 3) + 2 * header.rowBytes(width());
    }

    @Override
    public RgbImage decode(Window wanted, TimeLimit deadline) throws IOException {
        header.requireKnown();
        if (firstData == 0) {
            throw new CorruptImageException("it has no pixel data");
        }
        try (PngData data = new PngData(bytes, firstData)) {
            return new PngPixels(header, PngColors.of(header, palette), data).decode(deadline);
        }
    }
}
