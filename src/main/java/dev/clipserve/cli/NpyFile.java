package dev.clipserve.cli;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A NumPy file, format 1.0, of float32 in little-endian, shape [rows, dimension], that grows by a row at a time. Its
 * header has room for any number of rows, and is written last: until then the file is no NumPy file.
 */
final class NpyFile implements AutoCloseable {

    /** Bytes of the header; a multiple of 64, as the format wants it. */
    static final int HEADER = 128;

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

    private final FileChannel file;
    private final int dimension;
    private final ByteBuffer row;

    private NpyFile(FileChannel file, int dimension) {
        this.file = file;
        this.dimension = dimension;
        this.row = ByteBuffer.allocate(dimension * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Opens or creates a file, which no other process may have open.
     *
     * @throws UsageException if another has
     */
    static NpyFile open(Path path, int dimension) throws IOException {
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (file.tryLock() == null) {
            file.close();
            throw new UsageException(path + " is being written by another process.");
        }
        return new NpyFile(file, dimension);
    }

    /** How many whole rows there are. */
    long rows() throws IOException {
        return Math.max(0, file.size() - HEADER) / row.capacity();
    }

    /** Drops all rows from this one on. */
    void truncate(long rows) throws IOException {
        file.truncate(HEADER + rows * row.capacity());
        file.position(HEADER + rows * row.capacity());
    }

    /** A row that is there. */
    float[] read(long index) throws IOException {
        row.clear();
        long start = HEADER + index * row.capacity();
        while (row.hasRemaining()) {
            if (file.read(row, start + row.position()) < 0) {
                throw new EOFException("There is no row " + index);
            }
        }
        float[] values = new float[dimension];
        row.flip().asFloatBuffer().get(values);
        return values;
    }

    /** Adds a row. */
    void add(float[] values) throws IOException {
        row.clear();
        row.asFloatBuffer().put(values);
        while (row.hasRemaining()) {
            file.write(row);
        }
    }

    /** Writes the header, and makes sure that all is on disk. */
    void finish() throws IOException {
        String shape = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows() + ", " + dimension + "), }";
        ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
        int described = HEADER - MAGIC.length - Short.BYTES;
        header.put(MAGIC).putShort((short) described);
        header.put((shape + " ".repeat(described - 1 - shape.length()) + "\n").getBytes(StandardCharsets.US_ASCII));
        header.flip();
        while (header.hasRemaining()) {
            file.write(header, header.position());
        }
        file.force(true);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
