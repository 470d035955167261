package dev.clipserve.image;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A frame header (ITU T.81 B.2.2): the components of a picture and how densely each is sampled.
 *
 * @param width of the picture in pixels
 * @param height of the picture in pixels
 */
record JpegFrame(int width, int height, List<Component> components) {

    /**
     * One component of the picture: luma, a chroma, gray or a colour.
     *
     * @param id by which scans name it
     * @param horizontal samples in a row of a minimum coded unit, as a number of blocks
     * @param vertical samples in a column of a minimum coded unit, as a number of blocks
     * @param quantization number of its quantization table
     */
    record Component(int id, int horizontal, int vertical, int quantization) {}

    static JpegFrame read(ByteBuffer segment) {
        List<Component> components = new ArrayList<>();
        int count = segment.get(5);
        for (int i = 0; i < count; i++) {
            int at = 6 + 3 * i;
            int sampling = segment.get(at + 1) & 0xFF;
            // a scan of one component has units of one block, whatever its factors
            components.add(new Component(
                    segment.get(at) & 0xFF,
                    count == 1 ? 1 : sampling >> 4,
                    count == 1 ? 1 : sampling & 15,
                    segment.get(at + 2) & 0xFF));
        }
        return new JpegFrame(
                Short.toUnsignedInt(segment.getShort(3)), Short.toUnsignedInt(segment.getShort(1)), components);
    }

    /**
     * Whether this is gray or three components, the first sampled at every pixel and the others at every one or every
     * second one in rows and columns.
     */
    boolean isPlain() {
        return (components.size() == 1 || components.size() == 3)
                && components.getFirst().horizontal == mostHorizontal()
                && components.getFirst().vertical == mostVertical()
                && components.stream()
                        .allMatch(c -> isPlain(c.horizontal, mostHorizontal()) && isPlain(c.vertical, mostVertical()));
    }

    private static boolean isPlain(int factor, int most) {
        return factor > 0 && most <= 4 && (factor == most || 2 * factor == most);
    }

    int mostHorizontal() {
        return components.stream().mapToInt(Component::horizontal).max().orElseThrow();
    }

    int mostVertical() {
        return components.stream().mapToInt(Component::vertical).max().orElseThrow();
    }

    /** Width of a minimum coded unit in pixels. */
    int unitWidth() {
        return 8 * mostHorizontal();
    }

    /** Height of a minimum coded unit in pixels. */
    int unitHeight() {
        return 8 * mostVertical();
    }

    /** How many minimum coded units lie side by side. */
    int unitsAcross() {
        return Math.ceilDiv(width, unitWidth());
    }

    /** How many minimum coded units lie on top of each other. */
    int unitsDown() {
        return Math.ceilDiv(height, unitHeight());
    }
}
