package dev.clipserve.image;

import dev.clipserve.image.JpegFrame.Component;
import dev.clipserve.image.RgbImage.Layout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sequential Huffman-coded JPEG of one scan, gray or of three components, decoded to the bits that libjpeg-turbo
 * gives. That is what nearly all photos are.
 *
 * <p>It takes what is in order and nothing else: whatever is rare, doubtful or damaged it refuses, for a decoder that
 * knows how to go on.
 */
final class BaselineJpeg {

    private static final int SOF0 = 0xC0;
    private static final int SOF1 = 0xC1;
    private static final int DHT = 0xC4;
    private static final int DQT = 0xDB;
    private static final int DRI = 0xDD;
    private static final int EOI = 0xD9;

    /** How far triangle upsampling looks beyond a pixel, in pixels. */
    private static final int REACH = 2;

    private final ByteBuffer bytes;
    private final JpegTables tables = new JpegTables();
    private @Nullable JpegFrame frame;
    private int restartInterval;

    private BaselineJpeg(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * Decodes a window of the picture; pixels outside it are missing from the result's data.
     *
     * @param ycc whether the components are Y, Cb and Cr rather than R, G and B, where there are three
     * @throws CorruptImageException if this is no such JPEG, or damaged
     * @throws RuntimeException if a segment is shorter than what it has to hold
     */
    static RgbImage decode(ByteBuffer bytes, boolean ycc, Window wanted, TimeLimit deadline)
            throws CorruptImageException {
        var jpeg = new BaselineJpeg(bytes);
        var markers = new JpegMarkers(bytes);
        while (markers.next()) {
            if (markers.code() == JpegMarkers.SOS) {
                return jpeg.scan(markers, ycc, wanted, deadline);
            }
            deadline.check();
            jpeg.take(markers.code(), markers.data());
        }
        throw new CorruptImageException("it has no scan");
    }

    private void take(int code, ByteBuffer segment) throws CorruptImageException {
        switch (code) {
            case SOF0, SOF1 -> frame = JpegFrame.read(segment);
            case DHT -> tables.addHuffman(segment);
            case DQT -> tables.addQuantization(segment);
            case DRI -> restartInterval = segment.getShort() & 0xFFFF;
            default -> {}
        }
    }

    private RgbImage scan(JpegMarkers markers, boolean ycc, Window wanted, TimeLimit deadline)
            throws CorruptImageException {
        if (frame == null || !frame.isPlain()) {
            throw new CorruptImageException("its components are sampled in an unusual way");
        }
        var data = new JpegScanData(bytes, markers.end(), intervals(frame));
        if (data.fileEnd() + 1 < bytes.limit() && (bytes.get(data.fileEnd() + 1) & 0xFF) != EOI) {
            throw new CorruptImageException("something unusual follows its scan");
        }
        Window units = units(frame, wanted);
        int stride = (units.right() - units.left()) * frame.unitWidth();
        int rows = (units.bottom() - units.top()) * frame.unitHeight();
        byte[] target = new byte[frame.components().size() * stride * rows];
        List<JpegScan.Part> parts = parts(frame, markers.data(), units, target);
        new JpegScan(frame, units, data, parts).decode(restartInterval, deadline);
        int origin = -(units.top() * frame.unitHeight() * stride + units.left() * frame.unitWidth());
        if (parts.size() == 1) {
            return new RgbImage(target, new Layout(frame.width(), frame.height(), origin, 1, stride, 0, 0, 0));
        }
        int plane = stride * rows;
        new JpegColors(target, stride, plane)
                .convert(parts.stream().map(JpegScan.Part::plane).toList(), ycc);
        return new RgbImage(target, new Layout(frame.width(), frame.height(), origin, 1, stride, 0, plane, 2 * plane));
    }

    /** How many stretches restarts make of all minimum coded units. */
    private int intervals(JpegFrame frame) {
        int units = frame.unitsAcross() * frame.unitsDown();
        return restartInterval == 0 ? 1 : Math.ceilDiv(units, restartInterval);
    }

    /** The minimum coded units that a window of pixels needs. */
    private static Window units(JpegFrame frame, Window pixels) {
        return new Window(
                Math.max(pixels.left() - REACH, 0) / frame.unitWidth(),
                Math.max(pixels.top() - REACH, 0) / frame.unitHeight(),
                Math.min(Math.ceilDiv(pixels.right() + REACH, frame.unitWidth()), frame.unitsAcross()),
                Math.min(Math.ceilDiv(pixels.bottom() + REACH, frame.unitHeight()), frame.unitsDown()));
    }

    private List<JpegScan.Part> parts(JpegFrame frame, ByteBuffer scan, Window units, byte[] target)
            throws CorruptImageException {
        int count = frame.components().size();
        if (scan.get(0) != count) {
            throw new CorruptImageException("its components are spread over several scans");
        }
        List<JpegScan.Part> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Component component = frame.components().get(i);
            if ((scan.get(1 + 2 * i) & 0xFF) != component.id()) {
                throw new CorruptImageException("the order of its components changes");
            }
            int slots = scan.get(2 + 2 * i) & 0xFF;
            var coding = new JpegBlocks.Coding(
                    tables.dc(slots >> 4), tables.ac(slots & 15), tables.quantization(component.quantization()));
            var plane = new JpegPlane(frame, component, units, target, i * (target.length / count));
            parts.add(new JpegScan.Part(component, coding, plane));
        }
        return parts;
    }
}
