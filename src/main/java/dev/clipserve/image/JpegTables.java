package dev.clipserve.image;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** The quantization and Huffman tables that the segments of a JPEG define (ITU T.81 B.2.4). */
final class JpegTables {

    private final Map<Integer, int[]> quantization = new HashMap<>();
    private final Map<Integer, JpegHuffmanTable> dc = new HashMap<>();
    private final Map<Integer, JpegHuffmanTable> ac = new HashMap<>();

    /** Takes a DQT segment: steps of 8 or 16 bits in zigzag order. */
    void addQuantization(ByteBuffer segment) {
        while (segment.hasRemaining()) {
            int kind = segment.get();
            int[] steps = new int[64];
            for (int i = 0; i < steps.length; i++) {
                steps[i] = kind >> 4 == 0 ? segment.get() & 0xFF : segment.getShort() & 0xFFFF;
            }
            quantization.put(kind & 15, steps);
        }
    }

    /** Takes a DHT segment. */
    void addHuffman(ByteBuffer segment) throws CorruptImageException {
        while (segment.hasRemaining()) {
            int kind = segment.get();
            JpegHuffmanTable table = new JpegHuffmanTable(segment);
            if (kind >> 4 == 0 && !table.hasSizesOnly()) {
                throw new CorruptImageException("a Huffman table has a wrong symbol");
            }
            (kind >> 4 == 0 ? dc : ac).put(kind & 15, table);
        }
    }

    /** Quantization steps in zigzag order. */
    int[] quantization(int slot) throws CorruptImageException {
        return defined(quantization, slot);
    }

    JpegHuffmanTable dc(int slot) throws CorruptImageException {
        return defined(dc, slot);
    }

    JpegHuffmanTable ac(int slot) throws CorruptImageException {
        return defined(ac, slot);
    }

    private static <T> T defined(Map<Integer, T> tables, int slot) throws CorruptImageException {
        T table = tables.get(slot);
        if (table == null) {
            throw new CorruptImageException("it uses a table that it does not define");
        }
        return table;
    }
}
