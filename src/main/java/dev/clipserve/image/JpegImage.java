package dev.clipserve.image;

import dev.clipserve.image.JpegHeader.Color;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;

/**
 * A JPEG, decoded by {@link BaselineJpeg} or, where that does not take it, by the JDK's libjpeg. The latter sees the
 * tables and scans only: profiles, comments, thumbnails, further pictures and what follows the end are left out, and
 * one Adobe marker tells it the colour space, which the JDK would otherwise guess in its own way.
 */
record JpegImage(ByteBuffer bytes, JpegHeader header) implements EncodedImage {

    private static final int FIRST_APPLICATION_MARKER = 0xE0;

    /** Pixels of the longest side of a minimum coded unit. */
    private static final int LARGEST_UNIT = 32;

    private static final byte[] EOI = {(byte) 0xFF, (byte) 0xD9};

    /** Bytes of the Adobe segment and the EOI. */
    private static final int MOST_ADDED = 18;

    static JpegImage open(byte[] file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        return new JpegImage(bytes, JpegHeader.read(bytes));
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.JPEG;
    }

    @Override
    public long width() {
        return header.width();
    }

    @Override
    public long height() {
        return header.height();
    }

    /**
     * The samples, RGB made of four, chroma at the density that it is stored in, which is at most half, and libjpeg's
     * 16-bit coefficients where the scans are separate; all of them for whole minimum coded units. And a copy of the
     * file, of which either decoder is given a part.
     */
    @Override
    public long decodeBytes() {
        int coefficients = header.separateScans() ? 2 * header.components() : 0;
        int chroma = header.isBaseline() && header.components() == 3 ? 1 : 0;
        int pixelBytes = header.components() + (header.components() == 4 ? 3 : 0) + chroma + coefficients;
        return padded(header.width()) * padded(header.height()) * pixelBytes + bytes.limit();
    }

    private static long padded(int side) {
        return side + LARGEST_UNIT - 1L;
    }

    @Override
    public Orientation orientation() {
        return header.orientation();
    }

    @Override
    public RgbImage decode(Window wanted, TimeLimit deadline) throws IOException {
        header.requireDecodable();
        return header.isBaseline() ? decodeBaseline(wanted, deadline) : decodeByJdk(deadline);
    }

    /** What is not in order goes to libjpeg, which skips damage and fills gaps in its own way. */
    private RgbImage decodeBaseline(Window wanted, TimeLimit deadline) throws IOException {
        try {
            return BaselineJpeg.decode(bytes, header.color() == Color.YCC, wanted, deadline);
        } catch (InvalidImageException late) {
            throw late;
        } catch (CorruptImageException | RuntimeException notInOrder) {
            return decodeByJdk(deadline);
        }
    }

    /** The same by the JDK's reader, which takes every kind and always gives the whole picture. */
    RgbImage decodeByJdk(TimeLimit deadline) throws IOException {
        JpegMarkers.requireFewScans(bytes);
        Cleaned cleaned = clean();
        if (!cleaned.complete && header.separateScans()) {
            throw new CorruptImageException("it is cut short");
        }
        ImageReader reader = JdkReader.jpeg();
        try (BoundedInput input = new BoundedInput(cleaned.bytes, deadline)) {
            Warnings warnings = new Warnings();
            reader.addIIOReadWarningListener(warnings);
            reader.setInput(input, true, true);
            RgbImage image = read(reader);
            if (!cleaned.complete && warnings.any) {
                throw new CorruptImageException("it is cut short");
            }
            return image;
        } finally {
            reader.dispose();
        }
    }

    private RgbImage read(ImageReader reader) throws IOException {
        return switch (header.color()) {
            case YCC, RGB -> Rasters.view(reader.read(0).getRaster());
            case GRAY -> Rasters.view(reader.readRaster(0, null));
            case CMYK, YCCK -> Cmyk.toRgb(reader.readRaster(0, null), header.color() == Color.YCCK);
        };
    }

    /** Whether a decoder has complained. */
    private static final class Warnings implements IIOReadWarningListener {
        private boolean any;

        @Override
        public void warningOccurred(ImageReader source, String warning) {
            any = true;
        }
    }

    /** Tables and scans; complete where the EOI was there. */
    private record Cleaned(ByteBuffer bytes, boolean complete) {}

    private Cleaned clean() throws IOException {
        ByteBuffer out = ByteBuffer.allocate(bytes.limit() + MOST_ADDED);
        copy(out, 0, 2);
        out.put(adobe(header.color() == Color.YCC ? 1 : 0));
        JpegMarkers markers = new JpegMarkers(bytes);
        int scanStart = -1;
        while (markers.next()) {
            copyScan(out, scanStart, markers.start());
            scanStart = markers.code() == JpegMarkers.SOS ? markers.end() : -1;
            if (markers.code() < FIRST_APPLICATION_MARKER) {
                copy(out, markers.start(), markers.end());
            }
        }
        copyScan(out, scanStart, markers.start());
        out.put(EOI);
        return new Cleaned(out.flip(), markers.atEndOfImage());
    }

    private void copyScan(ByteBuffer out, int start, int end) {
        if (start >= 0) {
            copy(out, start, end);
        }
    }

    private void copy(ByteBuffer out, int start, int end) {
        out.put(bytes.array(), bytes.arrayOffset() + start, end - start);
    }

    /** The APP14 segment that states how the samples are to be converted: 0 not at all, 1 from YCbCr. */
    private static byte[] adobe(int transform) {
        return new byte[] {
            (byte) 0xFF, (byte) 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform
        };
    }
}
