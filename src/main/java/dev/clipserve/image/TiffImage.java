package dev.clipserve.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageReader;

/**
 * The first page of a TIFF, decoded by the JDK. That sees a directory of the tags about pixels only, after sizes,
 * offsets and lengths have been checked here: it allocates by them unasked.
 *
 * <p>Format: Adobe, TIFF Revision 6.0, and Technical Note 2 (JPEG).
 */
record TiffImage(TiffDirectory directory, Orientation orientation) implements EncodedImage {

    private static final int JPEG_COMPRESSION = 7;
    private static final int OLD_JPEG_COMPRESSION = 6;
    private static final int CMYK = 5;
    private static final int YCC = 6;
    /** A tile may be larger than a small picture, but not without bound. */
    private static final long SMALL_TILE = 1 << 20;

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

    /** The raster, a strip of up to the same size, and the RGB made of it. */
    @Override
    public int bytesPerPixel() {
        long bits = Math.clamp(directory.value(TiffDirectory.BITS, 1), 8, 64);
        long samples = Math.clamp(directory.value(TiffDirectory.SAMPLES, 1), 1, 8);
        return (int) (2 * samples * (bits / 8) + 3);
    }

    @Override
    public RgbImage decode(Deadline deadline) throws IOException {
        requireDecodable();
        requireBlocks();
        ImageReader reader = JdkReader.tiff();
        try (BoundedInput input = new BoundedInput(directory.withThisDirectoryOnly(), deadline)) {
            reader.setInput(input, true, true);
            var image = reader.read(0);
            boolean cmyk = directory.value(TiffDirectory.PHOTOMETRIC, 0) == CMYK;
            return cmyk ? Cmyk.toRgb(image.getRaster()) : Rasters.convert(image);
        } finally {
            reader.dispose();
        }
    }

    private void requireDecodable() throws IOException {
        long compression = directory.value(TiffDirectory.COMPRESSION, 1);
        long photometric = directory.value(TiffDirectory.PHOTOMETRIC, 0);
        long samples = directory.value(TiffDirectory.SAMPLES, 1);
        long bits = directory.value(TiffDirectory.BITS, 1);
        if (compression == OLD_JPEG_COMPRESSION || (photometric == YCC && compression != JPEG_COMPRESSION)) {
            throw new UnsupportedImageException("its compression is not decoded");
        }
        if (photometric > YCC || photometric == 4) {
            throw new UnsupportedImageException("its pixels are neither gray, palette, RGB, YCbCr nor CMYK");
        }
        boolean knownBits = bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16;
        boolean fewInks = photometric == CMYK && (bits != 8 || samples < 4);
        if (directory.value(TiffDirectory.SAMPLE_FORMAT, 1) != 1 || !knownBits || fewInks) {
            throw new UnsupportedImageException("its samples are not unsigned integers of up to 16 bits");
        }
        if (samples < 1 || samples > 8 || samples < (photometric == 2 || photometric == YCC ? 3 : 1)) {
            throw new CorruptImageException("it has " + samples + " samples a pixel");
        }
        for (int i = 1; i < directory.count(TiffDirectory.BITS); i++) {
            if (directory.value(TiffDirectory.BITS, i, 0) != bits) {
                throw new UnsupportedImageException("its samples have different numbers of bits");
            }
        }
    }

    /** Every strip or tile must lie within the file and be no larger than it should. */
    private void requireBlocks() throws IOException {
        boolean tiled = directory.count(TiffDirectory.TILE_OFFSETS) > 0;
        int offsets = tiled ? TiffDirectory.TILE_OFFSETS : TiffDirectory.STRIP_OFFSETS;
        int counts = tiled ? TiffDirectory.TILE_COUNTS : TiffDirectory.STRIP_COUNTS;
        double blockPixels = tiled
                ? (double) directory.value(TiffDirectory.TILE_WIDTH, 0) * directory.value(TiffDirectory.TILE_HEIGHT, 0)
                : (double) width() * height();
        double largest = Math.max(SMALL_TILE, (double) width() * height());
        int blocks = directory.count(offsets);
        if (blocks < 1 || directory.count(counts) != blocks || blockPixels < 1 || blockPixels > largest) {
            throw new CorruptImageException("its strips or tiles are missing or too large");
        }
        for (int i = 0; i < blocks; i++) {
            requireBlock(directory.value(offsets, i, -1), directory.value(counts, i, -1), (long) blockPixels);
        }
    }

    private void requireBlock(long offset, long length, long pixels) throws IOException {
        ByteBuffer bytes = directory.bytes();
        if (offset < 0 || length < 0 || offset + length > bytes.limit()) {
            throw new CorruptImageException("it is cut short");
        }
        if (directory.value(TiffDirectory.COMPRESSION, 1) == JPEG_COMPRESSION) {
            JpegHeader jpeg = JpegHeader.read(bytes.slice((int) offset, (int) length));
            jpeg.requireDecodable();
            if ((long) jpeg.width() * jpeg.height() > Math.max(pixels, 64)) {
                throw new CorruptImageException("a JPEG in it is larger than its place");
            }
        }
    }
}
