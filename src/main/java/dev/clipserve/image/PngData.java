package dev.clipserve.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The inflated data of consecutive IDAT chunks, inflated only as far as they are read. */
final class PngData implements AutoCloseable {

    private final ByteBuffer bytes;
    private final Inflater inflater = new Inflater();
    private int nextChunk;

    PngData(ByteBuffer bytes, int firstChunk) {
        this.bytes = bytes;
        this.nextChunk = firstChunk;
    }

    /** Fills the first bytes of the target. */
    void read(byte[] target, int length) throws IOException {
        int filled = 0;
        while (filled < length) {
            try {
                int count = inflater.inflate(target, filled, length - filled);
                filled += count;
                if (count == 0) {
                    feed();
                }
            } catch (DataFormatException broken) {
                throw new CorruptImageException("its compressed pixel data are damaged");
            }
        }
    }

    private void feed() throws CorruptImageException {
        boolean more = bytes.limit() - nextChunk >= PngImage.CHUNK_FRAME
                && bytes.getInt(nextChunk + 4) == PngImage.IDAT
                && inflater.needsInput()
                && !inflater.finished();
        if (!more) {
            throw new CorruptImageException("its pixel data end early");
        }
        ByteBuffer data = PngImage.chunkData(bytes, nextChunk);
        inflater.setInput(data);
        nextChunk += PngImage.CHUNK_FRAME + bytes.getInt(nextChunk);
    }

    @Override
    public void close() {
        inflater.end();
    }
}
