package dev.clipserve.image;

import java.util.Random;

/** Pictures for tests. */
final class Pictures {

    private Pictures() {}

    /** Noise, the same for the same seed. */
    static RgbImage noise(int width, int height, long seed) {
        byte[] rgb = new byte[3 * width * height];
        new Random(seed).nextBytes(rgb);
        return RgbImage.packed(width, height, rgb);
    }

    /** The sample R, G or B (0, 1, 2) of a pixel, 0…255. */
    static int sample(RgbImage image, int x, int y, int channel) {
        var layout = image.layout();
        int pixel = layout.origin() + x * layout.columnStride() + y * layout.rowStride();
        return image.data()[
                        pixel
                                + switch (channel) {
                                    case 0 -> layout.red();
                                    case 1 -> layout.green();
                                    default -> layout.blue();
                                }]
                & 0xff;
    }

    /** A packed copy of any view. */
    static RgbImage pack(RgbImage image) {
        byte[] rgb = new byte[3 * image.width() * image.height()];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) sample(image, i / 3 % image.width(), i / 3 / image.width(), i % 3);
        }
        return RgbImage.packed(image.width(), image.height(), rgb);
    }
}
