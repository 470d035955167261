package dev.clipserve.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The one thing that is read from EXIF data: the orientation. Only the first directory is looked at, no offset is
 * followed further, and whatever is broken counts as absent.
 */
final class Exif {

    private static final int ORIENTATION = 274;
    private static final String PREFIX = "Exif\0\0";

    private Exif() {}

    /** Whether an APP1 segment or chunk begins as EXIF data in a JPEG do. */
    static boolean hasPrefix(ByteBuffer data) {
        return JpegHeader.startsWith(data, PREFIX);
    }

    /** Reads the orientation from a TIFF structure, with or without the prefix. */
    static Orientation orientation(ByteBuffer data) {
        ByteBuffer tiff = hasPrefix(data)
                ? data.slice(data.position() + PREFIX.length(), data.remaining() - PREFIX.length())
                : data.slice();
        try {
            return Orientation.ofTag(orientationTag(tiff));
        } catch (IndexOutOfBoundsException broken) {
            return Orientation.UPRIGHT;
        }
    }

    private static long orientationTag(ByteBuffer tiff) {
        short order = tiff.getShort(0);
        if (order != 0x4949 && order != 0x4D4D) {
            return 0;
        }
        tiff.order(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        int entries = Short.toUnsignedInt(tiff.getShort(directory));
        for (int i = 0; i < entries; i++) {
            int entry = Math.addExact(directory, 2 + 12 * i);
            if (Short.toUnsignedInt(tiff.getShort(entry)) == ORIENTATION) {
                return value(tiff, entry);
            }
        }
        return 0;
    }

    private static long value(ByteBuffer tiff, int entry) {
        if (tiff.getInt(entry + 4) != 1) {
            return 0;
        }
        return switch (tiff.getShort(entry + 2)) {
            case 1 -> tiff.get(entry + 8);
            case 3 -> tiff.getShort(entry + 8);
            case 4 -> tiff.getInt(entry + 8);
            default -> 0;
        };
    }
}
