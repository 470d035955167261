package dev.clipserve.image;

import java.awt.image.Raster;

/**
 * Four-ink pictures to RGB without a profile, in Pillow's integer arithmetic: with inks C and K of 0…255, {@code R =
 * 255 - K - C * (255 - K) / 255}, rounded.
 */
final class Cmyk {

    private Cmyk() {}

    /**
     * Converts the samples of a JPEG, which are inverted by Adobe's convention (255 is no ink).
     *
     * @param ycck whether the first three are Y, Cb and Cr
     */
    static RgbImage toRgb(Raster raster, boolean ycck) {
        return convert(raster, (row, rgb, to) -> {
            for (int from = 0, at = to; from < row.length; from += 4, at += 3) {
                if (ycck) {
                    yccToInverted(row, from);
                }
                for (int c = 0; c < 3; c++) {
                    rgb[at + c] = ink(255 - row[from + c], row[from + 3]);
                }
            }
        });
    }

    /** Converts the samples of a TIFF (0 is no ink). */
    static RgbImage toRgb(Raster raster) {
        int bands = raster.getNumBands();
        return convert(raster, (row, rgb, to) -> {
            for (int from = 0, at = to; from < row.length; from += bands, at += 3) {
                for (int c = 0; c < 3; c++) {
                    rgb[at + c] = ink(row[from + c], 255 - row[from + 3]);
                }
            }
        });
    }

    private interface RowConversion {
        void convert(int[] samples, byte[] rgb, int to);
    }

    private static RgbImage convert(Raster raster, RowConversion conversion) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
        int[] row = new int[width * raster.getNumBands()];
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            conversion.convert(row, rgb, 3 * y * width);
        }
        return RgbImage.packed(width, height, rgb);
    }

    /** What one ink and black leave of the light; {@code light} is 255 - K. */
    private static byte ink(int ink, int light) {
        int product = ink * light + 128;
        int scaled = ((product >> 8) + product) >> 8;
        return (byte) Math.max(0, light - scaled);
    }

    /** libjpeg's ycck_cmyk_convert (jdcolor.c): as in {@link JpegColors}, and C, M and Y are 255 minus R, G and B. */
    private static void yccToInverted(int[] row, int at) {
        int y = row[at];
        int cb = row[at + 1] - 128;
        int cr = row[at + 2] - 128;
        row[at] = inverted(y, JpegColors.RED_OF_CR * cr);
        row[at + 1] = inverted(y, JpegColors.GREEN_OF_CB * cb + JpegColors.GREEN_OF_CR * cr);
        row[at + 2] = inverted(y, JpegColors.BLUE_OF_CB * cb);
    }

    private static int inverted(int luma, int chroma) {
        return Math.clamp(255 - luma - ((chroma + JpegColors.HALF) >> JpegColors.SCALE_BITS), 0, 255);
    }
}
