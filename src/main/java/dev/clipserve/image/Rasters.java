package dev.clipserve.image;

import java.awt.image.BufferedImage;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferInt;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** A reader's raster as an {@link RgbImage}, without a copy where its samples are bytes. */
final class Rasters {

    private Rasters() {}

    /** A view of a raster of 8-bit samples: gray in one or two bands, RGB in three or four. */
    static RgbImage view(Raster raster) {
        ComponentSampleModel model = (ComponentSampleModel) raster.getSampleModel();
        DataBufferByte buffer = (DataBufferByte) raster.getDataBuffer();
        int[] bands = model.getBandOffsets();
        boolean gray = bands.length < 3;
        return new RgbImage(
                buffer.getData(),
                new RgbImage.Layout(
                        raster.getWidth(),
                        raster.getHeight(),
                        buffer.getOffset(),
                        model.getPixelStride(),
                        model.getScanlineStride(),
                        bands[0],
                        bands[gray ? 0 : 1],
                        bands[gray ? 0 : 2]));
    }

    /**
     * Any picture: a view where its samples are bytes, else RGB of palette colours or of 16-bit samples' high bytes.
     */
    static RgbImage convert(BufferedImage image) {
        Raster raster = image.getRaster();
        if (image.getColorModel() instanceof IndexColorModel palette) {
            return colored(raster, palette);
        }
        return raster.getDataBuffer().getDataType() == DataBuffer.TYPE_BYTE ? view(raster) : highBytes(raster);
    }

    /** A raster of one {@code 0xRRGGBB} a pixel. */
    static RgbImage unpack(Raster raster) {
        int[] colors = ((DataBufferInt) raster.getDataBuffer()).getData();
        return RgbImage.ofColors(raster.getWidth(), raster.getHeight(), colors);
    }

    private static RgbImage colored(Raster raster, IndexColorModel palette) {
        int[] colors = new int[1 << palette.getPixelSize()];
        palette.getRGBs(colors);
        return colored(raster, colors);
    }

    /** The colours, {@code 0xRRGGBB}, that a raster's only band indexes. */
    static RgbImage colored(Raster raster, int[] colors) {
        int width = raster.getWidth();
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, raster.getHeight()), 3)];
        int[] row = new int[width];
        int to = 0;
        for (int y = 0; y < raster.getHeight(); y++) {
            for (int index : raster.getSamples(0, y, width, 1, 0, row)) {
                int color = colors[index];
                rgb[to++] = (byte) (color >> 16);
                rgb[to++] = (byte) (color >> 8);
                rgb[to++] = (byte) color;
            }
        }
        return RgbImage.packed(width, raster.getHeight(), rgb);
    }

    /**
     * Colours that were multiplied by the alpha in the fourth band, divided by it as in Pillow: the high bytes of
     * 16-bit samples, cut to integers, and black where nothing is to be seen.
     */
    static RgbImage unpremultiplied(Raster raster) {
        int shift = raster.getDataBuffer().getDataType() == DataBuffer.TYPE_BYTE ? 0 : 8;
        return ofSamples(raster, (row, pixel, color) -> divided(row[pixel + color] >> shift, row[pixel + 3] >> shift));
    }

    private static int divided(int color, int alpha) {
        return alpha == 0 ? 0 : Math.min(255, 255 * color / alpha);
    }

    private static RgbImage highBytes(Raster raster) {
        int second = raster.getNumBands() < 3 ? 0 : 1;
        return ofSamples(raster, (row, pixel, color) -> row[pixel + color * second] >> 8);
    }

    /** Red, green or blue, for 0 to 2, of the pixel whose samples begin at a place of a row. */
    private interface Samples {
        int value(int[] row, int pixel, int color);
    }

    private static RgbImage ofSamples(Raster raster, Samples samples) {
        int width = raster.getWidth();
        int bands = raster.getNumBands();
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, raster.getHeight()), 3)];
        int[] row = new int[width * bands];
        int to = 0;
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int pixel = 0; pixel < row.length; pixel += bands) {
                for (int color = 0; color < 3; color++) {
                    rgb[to++] = (byte) samples.value(row, pixel, color);
                }
            }
        }
        return RgbImage.packed(width, raster.getHeight(), rgb);
    }
}
