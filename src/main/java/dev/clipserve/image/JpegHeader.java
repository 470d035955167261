package dev.clipserve.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the markers before the first scan of a JPEG say.
 *
 * @param frameMarker which coding: 0xC0 to 0xC2 are decoded
 * @param components samples of each pixel: 1 gray, 3 colour, 4 CMYK
 * @param color how the samples are to be read
 * @param jdkColor how the JDK's reader reads them, which is given them as they are in a TIFF
 * @param separateScans whether the samples are spread over several scans, so that a decoder holds all coefficients
 */
record JpegHeader(
        int frameMarker,
        int precision,
        int width,
        int height,
        int components,
        Color color,
        Color jdkColor,
        boolean separateScans,
        Orientation orientation) {

    /** The colour space of the stored samples. */
    enum Color {
        GRAY,
        RGB,
        YCC,
        CMYK,
        YCCK
    }

    static JpegHeader read(ByteBuffer bytes) throws IOException {
        return read(ByteBuffer.allocate(0), bytes);
    }

    /**
     * The same of a JPEG in a TIFF.
     *
     * @param tables what a decoder reads before it, without frames and scans; may be empty
     */
    static JpegHeader read(ByteBuffer tables, ByteBuffer bytes) throws IOException {
        Builder seen = new Builder();
        JpegMarkers before = new JpegMarkers(tables);
        while (before.next()) {
            seen.take(before.code(), before.data());
        }
        JpegMarkers markers = new JpegMarkers(bytes);
        while (markers.next()) {
            if (markers.code() == JpegMarkers.SOS) {
                return seen.build(markers.data());
            }
            seen.take(markers.code(), markers.data());
        }
        throw new CorruptImageException("it is cut short before its first pixel");
    }

    /** Whether the bytes of a segment, each as a character, begin so. */
    static boolean startsWith(ByteBuffer data, String magic) {
        byte[] start = new byte[Math.min(magic.length(), data.remaining())];
        data.get(data.position(), start);
        return magic.equals(new String(start, StandardCharsets.ISO_8859_1));
    }

    /** Whether it is sequential, of one scan, and gray or of three components. */
    boolean isBaseline() {
        return frameMarker < 0xC2 && !separateScans && components < 4;
    }

    void requireDecodable() throws IOException {
        if (frameMarker == 0xC3 || frameMarker == 0xF7 || (frameMarker >= 0xC5 && frameMarker <= 0xC7)) {
            throw new UnsupportedImageException("it is lossless or hierarchical");
        }
        if (frameMarker > 0xC2) {
            throw new CorruptImageException("it announces arithmetic coding, which is not decoded");
        }
        if (precision != 8) {
            throw new UnsupportedImageException("it has " + precision + " bits a sample; 8 are decoded");
        }
    }

    /** Collects markers, of which some decide only together. */
    private static final class Builder {
        private static final int NO_ADOBE = -1;
        private @Nullable ByteBuffer frame;
        private int frameMarker;
        private boolean jfif;
        private boolean exif;
        private int adobe = NO_ADOBE;
        private @Nullable Orientation orientation;

        void take(int code, ByteBuffer data) throws CorruptImageException {
            switch (code) {
                case 0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7 ->
                    frame(code, data);
                case 0xE0 -> jfif |= startsWith(data, "JFIF\0");
                case 0xE1 -> exif(data);
                case 0xEE -> adobe(data);
                default -> {}
            }
        }

        private void frame(int marker, ByteBuffer data) throws CorruptImageException {
            if (frame != null || data.remaining() < 6 || data.remaining() < 6 + 3 * data.get(5)) {
                throw new CorruptImageException("its frame header is wrong");
            }
            frame = data;
            frameMarker = marker;
        }

        private void exif(ByteBuffer data) {
            if (!exif && Exif.hasPrefix(data)) {
                exif = true;
                orientation = Exif.orientation(data);
            }
        }

        private void adobe(ByteBuffer data) {
            if (data.remaining() >= 12 && startsWith(data, "Adobe")) {
                adobe = data.get(11) & 0xFF;
            }
        }

        JpegHeader build(ByteBuffer scan) throws CorruptImageException {
            if (frame == null) {
                throw new CorruptImageException("it has no frame header");
            }
            int components = frame.get(5);
            Color color = color(frame, components);
            return new JpegHeader(
                    frameMarker,
                    frame.get(0),
                    Short.toUnsignedInt(frame.getShort(3)),
                    Short.toUnsignedInt(frame.getShort(1)),
                    components,
                    color,
                    jdkColor(frame, color),
                    frameMarker == 0xC2 || scan.get(0) < components,
                    orientation == null ? Orientation.UPRIGHT : orientation);
        }

        /** As libjpeg-turbo's default_decompress_parms decides. */
        private Color color(ByteBuffer frame, int components) throws CorruptImageException {
            return switch (components) {
                case 1 -> Color.GRAY;
                case 3 -> threeComponents(frame);
                case 4 -> adobe == NO_ADOBE || adobe == 0 ? Color.CMYK : Color.YCCK;
                default -> throw new CorruptImageException("it has " + components + " components");
            };
        }

        private Color threeComponents(ByteBuffer frame) {
            if (jfif) {
                return Color.YCC;
            }
            boolean namedRgb = frame.get(6) == 'R' && frame.get(9) == 'G' && frame.get(12) == 'B';
            return adobe == 0 || (adobe == NO_ADOBE && namedRgb) ? Color.RGB : Color.YCC;
        }

        /** As the JDK's imageioJPEG.c decides: without a marker, samples of one density are RGB, but for 1, 2 and 3. */
        private Color jdkColor(ByteBuffer frame, Color color) {
            if (color != Color.YCC || jfif || exif || adobe != NO_ADOBE) {
                return color;
            }
            boolean numbered = frame.get(6) == 1 && frame.get(9) == 2 && frame.get(12) == 3;
            boolean even = frame.get(7) == frame.get(10) && frame.get(7) == frame.get(13);
            return even && !numbered ? Color.RGB : Color.YCC;
        }
    }
}
