package dev.clipserve.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The entropy-coded data of one scan (ITU T.81 F.1.2.3 and B.1.1.5) without stuffed zeros and restart markers, so that
 * bits can be fetched from any position at once.
 */
final class JpegScanData {

    /** More than one block can take: 64 codes of at most 31 bits, and the eight bytes of a fetch. */
    private static final int MARGIN = 64 * 4 + Long.BYTES;

    /** How many bits {@link #bits} gives at least; the longest code and value take 31. */
    static final int FETCHED = Long.SIZE - 7;

    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int FIRST_RESTART = 0xD0;
    private static final long ONES = 0x0101010101010101L;

    private final byte[] bytes;
    private final int fileEnd;
    private final int mostIntervals;
    private int length;
    /** Where the data between restarts end, in bytes, as far as they are of use. */
    private int[] intervalEnds = new int[1];

    private int intervals;

    /**
     * Copies the data that begin at an index of the file, up to the next marker that is no restart.
     *
     * @param mostIntervals how many of the stretches between restarts are of use; of more the ends are not kept, which
     *     would take more memory than the file
     */
    JpegScanData(ByteBuffer file, int start, int mostIntervals) {
        this.mostIntervals = mostIntervals;
        bytes = new byte[file.limit() - start + MARGIN];
        int from = start;
        int marker = nextMarker(file, from);
        int code = secondByte(file, marker);
        while (code == 0 || code == FIRST_RESTART + (intervals & 7)) {
            file.get(from, bytes, length, marker - from);
            length += marker - from;
            if (code == 0) {
                bytes[length++] = (byte) 0xFF;
            } else {
                endInterval();
            }
            from = marker + 2;
            marker = nextMarker(file, from);
            code = secondByte(file, marker);
        }
        file.get(from, bytes, length, marker - from);
        length += marker - from;
        endInterval();
        fileEnd = marker;
    }

    private static int secondByte(ByteBuffer file, int marker) {
        return marker + 1 < file.limit() ? file.get(marker + 1) & 0xFF : -1;
    }

    /** Index in the file of the marker behind the data, or where the file ends. */
    int fileEnd() {
        return fileEnd;
    }

    /** How many stretches the restart markers make of the data. */
    int intervals() {
        return intervals;
    }

    /** The first bit of an interval. */
    long start(int interval) {
        return interval == 0 ? 0 : end(interval - 1);
    }

    /** The bit behind an interval. */
    long end(int interval) {
        return (long) intervalEnds[interval] << 3;
    }

    /**
     * {@link #FETCHED} bits or more from a position on, the first one in front; what is behind the data is arbitrary.
     */
    long bits(long position) {
        return (long) BIG_ENDIAN.get(bytes, (int) (position >>> 3)) << (position & 7);
    }

    private void endInterval() {
        if (intervals < mostIntervals) {
            if (intervals == intervalEnds.length) {
                intervalEnds = Arrays.copyOf(intervalEnds, 2 * intervals);
            }
            intervalEnds[intervals] = length;
        }
        intervals++;
    }

    /** Index of the next byte FF, or of the end. */
    private static int nextMarker(ByteBuffer file, int from) {
        int at = from;
        while (at + Long.BYTES <= file.limit() && !hasMarker(file.getLong(at))) {
            at += Long.BYTES;
        }
        while (at < file.limit() && file.get(at) != (byte) 0xFF) {
            at++;
        }
        return at;
    }

    /** Whether one of eight bytes is FF: whether one of their complements borrows when 1 is taken from each. */
    private static boolean hasMarker(long eight) {
        return ((~eight - ONES) & eight & (ONES << 7)) != 0;
    }
}
