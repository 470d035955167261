package dev.clipserve.image;

import java.nio.ByteBuffer;

/** Walks over the marker segments of a JPEG, stepping over entropy-coded data, up to its first EOI. */
final class JpegMarkers {

    static final int SOS = 0xDA;
    /** Encoders write about ten. */
    private static final int MOST_SCANS = 100;

    private static final int SOI = 0xD8;
    private static final int EOI = 0xD9;
    private static final int TEM = 0x01;
    private static final int DHT = 0xC4;
    private static final int DQT = 0xDB;
    private static final int DRI = 0xDD;
    private static final int APP0 = 0xE0;

    private final ByteBuffer bytes;
    private int code;
    private int start;
    private int end = 2;

    JpegMarkers(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * Refuses a JPEG that costs many passes over the whole picture for a few bytes of input each.
     *
     * @return whether its EOI is there
     */
    static boolean requireFewScans(ByteBuffer jpeg) throws CorruptImageException {
        JpegMarkers markers = new JpegMarkers(jpeg);
        int scans = 0;
        while (markers.next()) {
            scans += markers.code == SOS ? 1 : 0;
            if (scans > MOST_SCANS) {
                throw new CorruptImageException("it has more than " + MOST_SCANS + " scans");
            }
        }
        return markers.atEndOfImage();
    }

    /** Refuses all but tables, one right behind the other from SOI to an EOI at the end. */
    static void requireTablesOnly(ByteBuffer jpeg) throws CorruptImageException {
        JpegMarkers markers = new JpegMarkers(jpeg);
        int end = markers.end;
        boolean tables = true;
        while (markers.next()) {
            tables &= markers.start == end && markers.isTable();
            end = markers.end;
        }
        if (!tables || markers.code != EOI || markers.start != end || markers.end != jpeg.limit()) {
            throw new CorruptImageException("its JPEG tables are not tables alone");
        }
    }

    private boolean isTable() {
        return code == DHT || code == DQT || code == DRI || code >= APP0;
    }

    /** Goes to the next segment; false at EOI and where the bytes end. */
    boolean next() throws CorruptImageException {
        if (!findMarker(code == SOS) || code == EOI) {
            return false;
        }
        int length = end + 2 <= bytes.limit() ? Short.toUnsignedInt(bytes.getShort(end)) : 0;
        if (length < 2 || length > bytes.limit() - end) {
            throw new CorruptImageException("it is cut short, or the length of a segment is wrong");
        }
        end += length;
        return true;
    }

    /** The second byte of the segment's marker. */
    int code() {
        return code;
    }

    /** What follows the segment's marker and length. */
    ByteBuffer data() {
        return bytes.slice(start + 4, end - start - 4);
    }

    /** Index of the segment's marker, or of EOI, or of the end where EOI is missing. */
    int start() {
        return start;
    }

    /** Index behind the segment. */
    int end() {
        return end;
    }

    boolean atEndOfImage() {
        return code == EOI;
    }

    private boolean findMarker(boolean inScan) {
        for (int i = end; i + 1 < bytes.limit(); i++) {
            if (bytes.get(i) == (byte) 0xFF && isMarker(bytes.get(i + 1) & 0xFF, inScan)) {
                start = i;
                code = bytes.get(i + 1) & 0xFF;
                end = i + 2;
                return true;
            }
        }
        start = bytes.limit();
        code = 0;
        return false;
    }

    /** Stuffed zeros, fill bytes, restarts and a second SOI begin no segment. */
    private static boolean isMarker(int second, boolean inScan) {
        boolean alone = second == TEM || (second >= 0xD0 && second <= 0xD7) || (second == SOI && !inScan);
        return second != 0 && second != 0xFF && !alone;
    }
}
