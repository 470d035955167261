package dev.clipserve.labels;

import dev.clipserve.clip.Embedding;
import dev.clipserve.zeroshot.EncodedLabel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Encoded labels as bytes, for stores. All little-endian:
 *
 * <pre>
 * magic "CSLS", format version (int), key (32 bytes), dimension (int), count (int)
 * for each label: tokens (int), context (int), dimension floats
 * CRC-32C of everything before it (int)
 * </pre>
 *
 * The labels' names are not in it: the key stands for them.
 */
final class EmbeddingsFile {

    private static final int MAGIC = 0x534C5343;
    private static final int FORMAT = 1;
    private static final int KEY_BYTES = 32;
    private static final int HEADER_BYTES = 2 * Integer.BYTES + KEY_BYTES + 2 * Integer.BYTES;
    private static final int CHECKSUM_BYTES = Integer.BYTES;

    /** The bytes are not what was written, or of something else. */
    static final class DamagedException extends Exception {

        private DamagedException(String message) {
            super(message);
        }
    }

    private EmbeddingsFile() {}

    /** Lays out the labels of a set with this key. */
    static byte[] write(String key, List<EncodedLabel> labels) {
        int dimension = labels.getFirst().embedding().dimension();
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(length(dimension, labels.size())))
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putInt(FORMAT).put(HexFormat.of().parseHex(key));
        out.putInt(dimension).putInt(labels.size());
        float[] row = new float[dimension];
        for (EncodedLabel label : labels) {
            out.putInt(label.tokens()).putInt(label.context());
            label.embedding().copyInto(row, 0);
            for (float number : row) {
                out.putFloat(number);
            }
        }
        return out.putInt(checksum(out)).array();
    }

    /**
     * Reads what {@link #write} laid out.
     *
     * @param labels the names, in their order
     * @throws DamagedException if it is anything else
     */
    static List<EncodedLabel> read(String key, List<String> labels, byte[] content) throws DamagedException {
        ByteBuffer in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        int dimension = readHeader(key, labels.size(), in);
        List<EncodedLabel> encoded = new ArrayList<>(labels.size());
        for (String label : labels) {
            int tokens = in.getInt();
            int context = in.getInt();
            encoded.add(new EncodedLabel(label, embedding(in, dimension), tokens, context));
        }
        return encoded;
    }

    private static int readHeader(String key, int count, ByteBuffer in) throws DamagedException {
        require(in.capacity() >= HEADER_BYTES + CHECKSUM_BYTES, "it has only " + in.capacity() + " bytes");
        require(in.getInt() == MAGIC, "it does not begin as such a file does");
        int format = in.getInt();
        require(format == FORMAT, "its format is " + format + ", not " + FORMAT);
        byte[] actualKey = new byte[KEY_BYTES];
        in.get(actualKey);
        require(HexFormat.of().formatHex(actualKey).equals(key), "it is of another set or model");
        int dimension = in.getInt();
        int actualCount = in.getInt();
        require(actualCount == count, "it has " + actualCount + " labels instead of " + count);
        require(
                dimension > 0 && length(dimension, count) == in.capacity(),
                "its length of " + in.capacity() + " bytes does not fit its " + count + " × " + dimension + " numbers");
        ByteBuffer summed = in.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(in.capacity() - CHECKSUM_BYTES);
        require(checksum(summed) == summed.getInt(), "its checksum is wrong");
        return dimension;
    }

    private static Embedding embedding(ByteBuffer in, int dimension) throws DamagedException {
        float[] row = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            row[i] = in.getFloat();
        }
        try {
            return Embedding.ofNormalized(row);
        } catch (IllegalArgumentException e) {
            throw new DamagedException(String.valueOf(e.getMessage()));
        }
    }

    private static void require(boolean condition, String fault) throws DamagedException {
        if (!condition) {
            throw new DamagedException(fault);
        }
    }

    private static long length(int dimension, int count) {
        return HEADER_BYTES + count * (2L * Integer.BYTES + (long) Float.BYTES * dimension) + CHECKSUM_BYTES;
    }

    /** Of everything before the buffer's position. */
    private static int checksum(ByteBuffer buffer) {
        var crc = new CRC32C();
        crc.update(buffer.duplicate().flip());
        return (int) crc.getValue();
    }
}
