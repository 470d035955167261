package dev.clipserve.cli.evaluate;

import dev.clipserve.clip.ContentDigest;
import dev.clipserve.clip.Embedding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Embeddings of images in a file that grows by one at a time, so that a run that was cut off goes on. Each has a
 * checksum: what a cut has left behind half is dropped when the file is opened again. A file that another model made
 * begins anew.
 */
public final class EmbeddingFile implements AutoCloseable {

    private static final byte[] MAGIC = "clipemb1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = MAGIC.length + Integer.BYTES + digestBytes();

    private final FileChannel file;
    private final int dimension;
    private final ByteBuffer entry;
    private final Map<ContentDigest, Embedding> embeddings = new HashMap<>();

    private EmbeddingFile(FileChannel file, int dimension) {
        this.file = file;
        this.dimension = dimension;
        this.entry = ByteBuffer.allocate(digestBytes() + dimension * Float.BYTES + Integer.BYTES);
    }

    private static int digestBytes() {
        return 4 * Long.BYTES;
    }

    /**
     * Opens or creates a file.
     *
     * @param model what computes the embeddings
     * @throws InvalidDataException if it is another kind of file, or another process has it open
     */
    public static EmbeddingFile open(Path path, ContentDigest model, int dimension) throws IOException {
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw new InvalidDataException(path + " is being written by another process.");
            }
            var file = new EmbeddingFile(channel, dimension);
            if (file.begins(path, header(model, dimension))) {
                file.recover();
            }
            return file;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static ByteBuffer header(ContentDigest model, int dimension) {
        ByteBuffer header = ByteBuffer.allocate(HEADER).put(MAGIC).putInt(dimension);
        return put(header, model).flip();
    }

    private static ByteBuffer put(ByteBuffer buffer, ContentDigest digest) {
        return buffer.putLong(digest.a())
                .putLong(digest.b())
                .putLong(digest.c())
                .putLong(digest.d());
    }

    /** Whether the file has this header; else it has it now, and nothing else. */
    private boolean begins(Path path, ByteBuffer header) throws IOException {
        ByteBuffer found = ByteBuffer.allocate(HEADER);
        while (found.hasRemaining() && file.read(found) >= 0) {}
        found.flip();
        int known = Math.min(MAGIC.length, found.remaining());
        if (!Arrays.equals(MAGIC, 0, known, found.array(), 0, known)) {
            throw new InvalidDataException(path + " is no file of embeddings; it is not overwritten.");
        }
        if (found.equals(header)) {
            return true;
        }
        file.truncate(0);
        write(header);
        return false;
    }

    /** Reads the entries that are whole, and drops what is behind them. */
    private void recover() throws IOException {
        long end = HEADER;
        while (readEntry() && accept()) {
            end += entry.capacity();
        }
        file.truncate(end).position(end);
    }

    private boolean readEntry() throws IOException {
        entry.clear();
        while (entry.hasRemaining()) {
            if (file.read(entry) < 0) {
                return false;
            }
        }
        entry.flip();
        return true;
    }

    private boolean accept() {
        var image = new ContentDigest(entry.getLong(), entry.getLong(), entry.getLong(), entry.getLong());
        float[] values = new float[dimension];
        entry.asFloatBuffer().get(values);
        if (entry.getInt(entry.capacity() - Integer.BYTES) != checksum()) {
            return false;
        }
        embeddings.put(image, Embedding.ofNormalized(values));
        return true;
    }

    private int checksum() {
        var checksum = new CRC32C();
        checksum.update(entry.array(), 0, entry.capacity() - Integer.BYTES);
        return (int) checksum.getValue();
    }

    /** The embeddings that are there, by what their images are known by. */
    public Map<ContentDigest, Embedding> embeddings() {
        return Map.copyOf(embeddings);
    }

    /** Adds the embedding of an image. */
    public void add(ContentDigest image, Embedding embedding) throws IOException {
        entry.clear();
        put(entry, image);
        entry.asFloatBuffer().put(embedding.toArray());
        entry.putInt(entry.capacity() - Integer.BYTES, checksum());
        write(entry.rewind());
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    /** Closes the file; all that was added is on disk. */
    @Override
    public void close() throws IOException {
        try (file) {
            file.force(true);
        }
    }
}
