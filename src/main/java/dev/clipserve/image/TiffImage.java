package dev.clipserve.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageReader;

/**
 * The first page of a TIFF, decoded by the JDK. That sees a directory of the tags about pixels only, after sizes,
 * offsets and lengths have been checked here: it allocates by them unasked.
 *
 * <p>Format: Adobe, TIFF Revision 6.0, and Technical Note 2 (JPEG).
 */
record TiffImage(TiffDirectory directory, Orientation orientation) implements EncodedImage {

    private static final int JPEG_COMPRESSION = 7;
    private static final short SOI = (short) 0xFFD8;
    /** None, CCITT (three kinds), LZW, JPEG, Deflate (two numbers), PackBits. */
    private static final Set<Long> COMPRESSIONS = Set.of(1L, 2L, 3L, 4L, 5L, 7L, 8L, 32_946L, 32_773L);

    /** LZW and Deflate, before which neighbours may have been subtracted from each other. */
    private static final Set<Long> PREDICTED = Set.of(5L, 8L, 32_946L);

    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int CMYK = 5;
    private static final int YCC = 6;

    /** The extra sample is an alpha that the colours are multiplied by. */
    private static final int ASSOCIATED_ALPHA = 1;

    /** A tile may be larger than a small picture, but not without bound. */
    private static final long SMALL_TILE = 1 << 20;

    private static final int RGB_BYTES = 3;
    /** Of a progressive JPEG, for each sample. */
    private static final int COEFFICIENT_BYTES = 2;
    /** A fraction becomes an array of two longs in the JDK's reader. */
    private static final int MOST_BYTES_OF_A_VALUE = 40;

    static TiffImage open(byte[] file) throws IOException {
        return new TiffImage(TiffDirectory.first(file), Exif.orientation(ByteBuffer.wrap(file)));
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.TIFF;
    }

    @Override
    public long width() {
        return directory.value(TiffDirectory.WIDTH, 0);
    }

    @Override
    public long height() {
        return directory.value(TiffDirectory.HEIGHT, 0);
    }

    /**
     * The raster, a strip or tile of up to the same size, the RGB made of it from a row of ints, the reader's copy of
     * the directory, and two of the file: one with another directory, and one of the strip that is unpacked.
     */
    @Override
    public long decodeBytes() {
        long samples = Math.clamp(directory.value(TiffDirectory.SAMPLES, 1), 1, 8);
        long pixelBytes = samples * Math.clamp(directory.value(TiffDirectory.BITS, 1), 8, 64) / 8;
        long block = Math.max(pixels(), isTiled() ? (long) Math.min(tilePixels(), SMALL_TILE) : 0);
        return pixels() * (pixelBytes + RGB_BYTES)
                + block * (pixelBytes + (isJpeg() ? samples * COEFFICIENT_BYTES : 0))
                + width() * samples * Integer.BYTES
                + directory.values() * MOST_BYTES_OF_A_VALUE
                + 2L * directory.bytes().limit();
    }

    private boolean isTiled() {
        return directory.count(TiffDirectory.TILE_OFFSETS) > 0;
    }

    /** Both sides may be 2^32 - 1. */
    private double tilePixels() {
        return (double) directory.value(TiffDirectory.TILE_WIDTH, 0) * directory.value(TiffDirectory.TILE_HEIGHT, 0);
    }

    private boolean isJpeg() {
        return directory.value(TiffDirectory.COMPRESSION, 1) == JPEG_COMPRESSION;
    }

    @Override
    public RgbImage decode(Window wanted, TimeLimit deadline) throws IOException {
        requireDecodable();
        requireTables();
        requireBlocks(deadline);
        ImageReader reader = JdkReader.tiff();
        try (BoundedInput input = new BoundedInput(directory.withThisDirectoryOnly(), deadline)) {
            reader.setInput(input, true, true);
            return toRgb(reader.read(0));
        } finally {
            reader.dispose();
        }
    }

    private RgbImage toRgb(BufferedImage image) {
        long photometric = directory.value(TiffDirectory.PHOTOMETRIC, 0);
        if (photometric == PALETTE) {
            return Rasters.colored(image.getRaster(), palette());
        }
        if (photometric == CMYK) {
            return Cmyk.toRgb(image.getRaster());
        }
        return photometric == RGB && isPremultiplied()
                ? Rasters.unpremultiplied(image.getRaster())
                : Rasters.convert(image);
    }

    private boolean isPremultiplied() {
        return directory.value(TiffDirectory.SAMPLES, 1) > 3
                && directory.value(TiffDirectory.EXTRA_SAMPLES, 0) == ASSOCIATED_ALPHA;
    }

    /** The high bytes of the 16-bit colours, as {@code 0xRRGGBB}; the JDK's reader rounds them. */
    private int[] palette() {
        int count = directory.count(TiffDirectory.PALETTE) / 3;
        int[] colors = new int[256];
        for (int i = 0; i < Math.min(count, colors.length); i++) {
            colors[i] = (high(i) << 16) | (high(count + i) << 8) | high(2 * count + i);
        }
        return colors;
    }

    private int high(int index) {
        return (int) (directory.value(TiffDirectory.PALETTE, index, 0) >> 8) & 0xFF;
    }

    private void requireDecodable() throws IOException {
        long samples = directory.value(TiffDirectory.SAMPLES, 1);
        long photometric = directory.value(TiffDirectory.PHOTOMETRIC, 0);
        if (photometric > YCC || photometric == 4) {
            throw new UnsupportedImageException("its pixels are neither gray, palette, RGB, YCbCr nor CMYK");
        }
        boolean jpeg = isJpeg();
        boolean known = COMPRESSIONS.contains(directory.value(TiffDirectory.COMPRESSION, 1));
        if (!known || (photometric == YCC && !jpeg) || (jpeg && samples != 1 && samples != 3)) {
            throw new UnsupportedImageException("its compression is not decoded");
        }
        if (samples < leastSamples(photometric) || samples > 8) {
            throw new CorruptImageException("it has " + samples + " samples a pixel");
        }
        requireKnownBits(photometric);
        requireKnownPredictor();
    }

    private static int leastSamples(long photometric) {
        if (photometric == CMYK) {
            return 4;
        }
        return photometric == RGB || photometric == YCC ? 3 : 1;
    }

    private void requireKnownBits(long photometric) throws UnsupportedImageException {
        long bits = directory.value(TiffDirectory.BITS, 1);
        boolean known = bits == 8
                || (bits == 16 && photometric != PALETTE && photometric != CMYK)
                || ((bits == 1 || bits == 2 || bits == 4) && photometric <= PALETTE);
        for (int i = 1; i < directory.count(TiffDirectory.BITS); i++) {
            known &= directory.value(TiffDirectory.BITS, i, 0) == bits;
        }
        if (!known || directory.value(TiffDirectory.SAMPLE_FORMAT, 1) != 1) {
            throw new UnsupportedImageException("its samples are not unsigned integers of 1, 2, 4, 8 or 16 bits");
        }
    }

    /** The JDK's reader adds up samples of 8 bits only. */
    private void requireKnownPredictor() throws UnsupportedImageException {
        boolean predicted = PREDICTED.contains(directory.value(TiffDirectory.COMPRESSION, 1))
                && directory.value(TiffDirectory.PREDICTOR, 1) != 1;
        if (predicted && directory.value(TiffDirectory.BITS, 1) != 8) {
            throw new UnsupportedImageException("it keeps differences of samples of other than 8 bits");
        }
    }

    /** The JDK's reader puts them before each JPEG: a frame or a scan among them would be decoded, unseen here. */
    private void requireTables() throws IOException {
        Optional<ByteBuffer> tables = directory.data(TiffDirectory.JPEG_TABLES);
        if (isJpeg() && tables.isPresent()) {
            JpegMarkers.requireTablesOnly(tables.get());
        }
    }

    /** Every strip or tile must lie within the file and be no larger than it should. */
    private void requireBlocks(TimeLimit deadline) throws IOException {
        boolean tiled = isTiled();
        int offsets = tiled ? TiffDirectory.TILE_OFFSETS : TiffDirectory.STRIP_OFFSETS;
        int counts = tiled ? TiffDirectory.TILE_COUNTS : TiffDirectory.STRIP_COUNTS;
        double blockPixels = tiled ? tilePixels() : pixels();
        double largest = Math.max(SMALL_TILE, pixels());
        int blocks = directory.count(offsets);
        if (blocks < 1 || directory.count(counts) != blocks || blockPixels < 1 || blockPixels > largest) {
            throw new CorruptImageException("its strips or tiles are missing or too large");
        }
        for (int i = 0; i < blocks; i++) {
            deadline.check();
            requireBlock(directory.value(offsets, i, -1), directory.value(counts, i, -1), (long) blockPixels);
        }
    }

    private void requireBlock(long offset, long length, long pixels) throws IOException {
        ByteBuffer bytes = directory.bytes();
        if (offset < 0 || length < 0 || offset + length > bytes.limit()) {
            throw new CorruptImageException("it is cut short");
        }
        if (isJpeg()) {
            requireJpeg(bytes.slice((int) offset, (int) length), pixels);
        }
    }

    /**
     * The JDK's reader takes off an SOI, or else what is in its place joins the tables, and it goes on behind a block
     * that has no end.
     */
    private static void requireJpeg(ByteBuffer block, long pixels) throws IOException {
        JpegHeader jpeg = JpegHeader.read(block);
        jpeg.requireDecodable();
        boolean ends = JpegMarkers.requireFewScans(block);
        if (block.getShort(0) != SOI || (jpeg.separateScans() && !ends)) {
            throw new CorruptImageException("a JPEG in it has no beginning or no end");
        }
        if ((long) jpeg.width() * jpeg.height() > Math.max(pixels, 64)) {
            throw new CorruptImageException("a JPEG in it is larger than its place");
        }
    }
}
