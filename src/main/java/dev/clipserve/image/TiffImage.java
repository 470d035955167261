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

    private static final int LZW = 5;
    private static final int JPEG_COMPRESSION = 7;
    private static final int DEFLATE = 8;
    private static final int OLD_DEFLATE = 32_946;
    private static final int PACK_BITS = 32_773;
    private static final short SOI = (short) 0xFFD8;
    /** None, CCITT (three kinds), LZW, JPEG, Deflate (two numbers), PackBits. */
    private static final Set<Long> COMPRESSIONS = Set.of(1L, 2L, 3L, 4L, 5L, 7L, 8L, 32_946L, 32_773L);

    /** LZW and Deflate, before which neighbours may have been subtracted from each other. */
    private static final Set<Long> PREDICTED = Set.of(5L, 8L, 32_946L);

    /** Deflate and PackBits, of which the JDK's reader takes the bits of each byte in their usual order only. */
    private static final Set<Long> HIGHEST_BIT_FIRST = Set.of(8L, 32_946L, 32_773L);

    private static final int LOWEST_BIT_FIRST = 2;

    private static final int RGB = 2;
    private static final int PALETTE = TiffDirectory.PALETTE_COLOR;
    private static final int CMYK = 5;
    private static final int YCC = 6;

    /** The extra sample is an alpha that the colours are multiplied by. */
    private static final int ASSOCIATED_ALPHA = 1;

    /** A tile may be larger than a small picture, but not without bound. */
    private static final long SMALL_TILE = 1 << 20;

    private static final int RGB_BYTES = 3;
    /** Of a progressive JPEG, for each sample. */
    private static final int COEFFICIENT_BYTES = 2;
    /** Pixels of the longest side of a JPEG's minimum coded unit. */
    private static final int LARGEST_UNIT = 32;
    /** Both sides of a JPEG together, where one is as long as it can be. */
    private static final long LONGEST_SIDES = 98_304;

    /** How many strings of LZW the JDK's reader keeps beside single bytes, each of them up to a byte longer. */
    private static final long LZW_STRINGS = 3_838;
    /** The arrays of the strings, without their bytes. */
    private static final int LZW_TABLE_BYTES = 1 << 17;

    /** The file with another directory, a block of it, and the same once more or in pieces. */
    private static final long COPIES = 3;

    /** A fraction becomes an array of two longs in the JDK's reader. */
    private static final int MOST_BYTES_OF_A_VALUE = 40;

    /** Rows of a strip that is the whole picture. */
    private static final long ALL_ROWS = 0xFFFF_FFFFL;

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
     * The raster, a strip or tile of up to the same size (twice where a tile is of other than bytes), the RGB made of
     * it from a row of ints, what JPEG and LZW take, and the reader's copies of directory and file.
     */
    @Override
    public long decodeBytes() {
        long samples = Math.clamp(directory.value(TiffDirectory.SAMPLES, 1), 1, 8);
        long bits = directory.value(TiffDirectory.BITS, 1);
        long pixelBytes = samples * Math.clamp(bits, 8, 64) / 8;
        long block = Math.max(pixels(), isTiled() ? (long) Math.min(tilePixels(), SMALL_TILE) : 0);
        int blocks = isTiled() && bits != 8 ? 2 : 1;
        return pixels() * (pixelBytes + RGB_BYTES)
                + block * blocks * pixelBytes
                + (isJpeg() ? samples * COEFFICIENT_BYTES * wholeUnits(block) : 0)
                + (compression() == LZW ? lzwBytes() : 0)
                + width() * samples * Integer.BYTES
                + directory.values() * MOST_BYTES_OF_A_VALUE
                + COPIES * directory.bytes().limit();
    }

    /** At most so many pixels have the minimum coded units of a JPEG of a block's pixels, however long and thin. */
    private static long wholeUnits(long pixels) {
        return pixels + LARGEST_UNIT * (Math.min(pixels, LONGEST_SIDES) + LARGEST_UNIT);
    }

    /** A string takes a code, and so about a byte of the file. */
    private long lzwBytes() {
        long strings = Math.min(LZW_STRINGS, directory.bytes().limit());
        return strings * strings / 2 + LZW_TABLE_BYTES;
    }

    private long compression() {
        return directory.value(TiffDirectory.COMPRESSION, 1);
    }

    private boolean isTiled() {
        return directory.count(TiffDirectory.TILE_OFFSETS) > 0;
    }

    /** Both sides may be 2^32 - 1. */
    private double tilePixels() {
        return (double) directory.value(TiffDirectory.TILE_WIDTH, 0) * directory.value(TiffDirectory.TILE_HEIGHT, 0);
    }

    private boolean isJpeg() {
        return compression() == JPEG_COMPRESSION;
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
        if (isGuessed() || photometric > YCC || photometric == 4) {
            throw new UnsupportedImageException("its pixels are neither gray, palette, RGB, YCbCr nor CMYK");
        }
        boolean jpeg = isJpeg();
        boolean known = COMPRESSIONS.contains(compression());
        if (!known || (photometric == YCC && !jpeg) || (jpeg && samples != 1 && samples != 3)) {
            throw new UnsupportedImageException("its compression is not decoded");
        }
        if (samples < leastSamples(photometric) || samples > 8) {
            throw new CorruptImageException("it has " + samples + " samples a pixel");
        }
        if (photometric == PALETTE && directory.count(TiffDirectory.PALETTE) == 0) {
            throw new CorruptImageException("its palette is missing");
        }
        requireKnownBits(photometric);
        requireKnownPredictor();
        if (isLowestBitFirst() && HIGHEST_BIT_FIRST.contains(compression())) {
            throw new UnsupportedImageException("the bits of each byte are in reverse");
        }
    }

    /** Where it is not told what the samples are, the JDK's reader guesses by their number, but for CCITT. */
    private boolean isGuessed() {
        return directory.count(TiffDirectory.PHOTOMETRIC) == 0 && (compression() < 2 || compression() > 4);
    }

    private boolean isLowestBitFirst() {
        return directory.value(TiffDirectory.FILL_ORDER, 1) == LOWEST_BIT_FIRST;
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
        boolean predicted = PREDICTED.contains(compression()) && directory.value(TiffDirectory.PREDICTOR, 1) != 1;
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

    /** Every strip or tile must lie within the file and be as large as it should. */
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
        if (!tiled) {
            requireKnownRows();
        }
        TiffLayout layout = new TiffLayout(directory);
        for (int i = 0; i < blocks; i++) {
            deadline.check();
            ByteBuffer block = block(directory.value(offsets, i, -1), directory.value(counts, i, -1));
            if (isJpeg()) {
                requireJpeg(block, (long) blockPixels);
            } else {
                requireFull(new TiffPacked(block, layout.bytes(i), deadline));
            }
        }
    }

    /** The JDK's reader takes a number of rows from 2^31 on as negative, and decodes nothing. */
    private void requireKnownRows() throws CorruptImageException {
        long rows = directory.value(TiffDirectory.ROWS_PER_STRIP, ALL_ROWS);
        if (rows < 1 || (rows > Integer.MAX_VALUE && rows != ALL_ROWS)) {
            throw new CorruptImageException("its strips have " + rows + " rows");
        }
    }

    private ByteBuffer block(long offset, long length) throws CorruptImageException {
        ByteBuffer bytes = directory.bytes();
        if (offset < 0 || length < 0 || offset + length > bytes.limit()) {
            throw new CorruptImageException("it is cut short");
        }
        return bytes.slice((int) offset, (int) length);
    }

    private void requireFull(TiffPacked block) throws IOException {
        switch ((int) compression()) {
            case LZW -> block.requireLzw(isLowestBitFirst());
            case DEFLATE, OLD_DEFLATE -> block.requireDeflate();
            case PACK_BITS -> block.requirePackBits();
            default -> {}
        }
    }

    /**
     * The JDK's reader takes off an SOI, or else what is in its place joins the tables, and it goes on behind a block
     * that has no end.
     */
    private void requireJpeg(ByteBuffer block, long pixels) throws IOException {
        ByteBuffer tables = directory.data(TiffDirectory.JPEG_TABLES).orElse(ByteBuffer.allocate(0));
        JpegHeader jpeg = JpegHeader.read(tables, block);
        jpeg.requireDecodable();
        requireColor(jpeg.jdkColor());
        boolean ends = JpegMarkers.requireFewScans(block);
        if (block.getShort(0) != SOI || (jpeg.separateScans() && !ends)) {
            throw new CorruptImageException("a JPEG in it has no beginning or no end");
        }
        if ((long) jpeg.width() * jpeg.height() > Math.max(pixels, 64)) {
            throw new CorruptImageException("a JPEG in it is larger than its place");
        }
    }

    /** The JDK's reader asks the JPEG, not the TIFF, whether its samples are to be converted. */
    private void requireColor(JpegHeader.Color seen) throws UnsupportedImageException {
        long photometric = directory.value(TiffDirectory.PHOTOMETRIC, 0);
        boolean converted = seen == JpegHeader.Color.YCC;
        if (photometric == RGB ? converted : photometric == YCC && !converted) {
            throw new UnsupportedImageException("a JPEG in it tells another colour space than the TIFF");
        }
    }
}
