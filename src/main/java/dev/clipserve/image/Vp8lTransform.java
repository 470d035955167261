package dev.clipserve.image;

/**
 * What an encoder did to the pixels of a VP8L stream to make them smaller, and is to be undone (RFC 9649, section 4).
 */
sealed interface Vp8lTransform {

    /**
     * Undoes it.
     *
     * @param pixels {@code 0xAARRGGBB}, row after row; may be overwritten
     */
    int[] undo(int[] pixels, TimeLimit deadline);

    /** Values for squares of pixels: {@code 2^bits} pixels a side, {@code width} pixels of the picture side by side. */
    final class Squares {

        private final int[] values;
        private final int bits;
        private final int width;

        Squares(int[] values, int bits, int width) {
            this.values = values;
            this.bits = bits;
            this.width = width;
        }

        /** All values, row after row. */
        int[] values() {
            return values;
        }

        int at(int x, int y) {
            return values[(y >> bits) * across(width, bits) + (x >> bits)];
        }

        /** How many squares it takes to cover so many pixels. */
        static int across(int pixels, int bits) {
            return (pixels + (1 << bits) - 1) >> bits;
        }
    }

    /** Green was taken off red and blue. */
    record Green() implements Vp8lTransform {

        @Override
        public int[] undo(int[] pixels, TimeLimit deadline) {
            for (int i = 0; i < pixels.length; i++) {
                int green = (pixels[i] >> 8) & 0xFF;
                pixels[i] = add(pixels[i], (green << 16) | green);
            }
            return pixels;
        }
    }

    /** What red and blue have in common with green, and blue with red, was taken off, by factors for each square. */
    record Color(Squares factors) implements Vp8lTransform {

        @Override
        public int[] undo(int[] pixels, TimeLimit deadline) {
            for (int i = 0, y = 0; i < pixels.length; y++) {
                deadline.check();
                for (int x = 0; x < factors.width; x++, i++) {
                    pixels[i] = undo(pixels[i], factors.at(x, y));
                }
            }
            return pixels;
        }

        private static int undo(int pixel, int factors) {
            byte green = (byte) (pixel >> 8);
            int red = (pixel >> 16) + delta(factors, green);
            int blue = pixel + delta(factors >> 8, green) + delta(factors >> 16, red);
            return (pixel & 0xFF00FF00) | ((red & 0xFF) << 16) | (blue & 0xFF);
        }

        private static int delta(int factor, int color) {
            return ((byte) factor * (byte) color) >> 5;
        }
    }

    /** Pixels are indices of colours, several of them in one where there are few colours. */
    final class Palette implements Vp8lTransform {

        private final int[] colors;
        private final int bits;
        private final int width;

        /**
         * A palette.
         *
         * @param colors 256, so that there is one for each index
         * @param bits how many pixels share one, as a power of two
         */
        Palette(int[] colors, int bits, int width) {
            this.colors = colors;
            this.bits = bits;
            this.width = width;
        }

        @Override
        public int[] undo(int[] packed, TimeLimit deadline) {
            int across = Squares.across(width, bits);
            int height = packed.length / across;
            int[] pixels = bits == 0 ? packed : new int[width * height];
            int depth = 8 >> bits;
            for (int i = 0, y = 0; y < height; y++) {
                deadline.check();
                for (int x = 0; x < width; x++, i++) {
                    int indices = (packed[y * across + (x >> bits)] >> 8) & 0xFF;
                    int place = x & ((1 << bits) - 1);
                    int index = (indices >> (depth * place)) & ((1 << depth) - 1);
                    pixels[i] = colors[index];
                }
            }
            return pixels;
        }
    }

    /** A guess from the neighbours was taken off, which is made in one of 14 ways in each square. */
    record Prediction(Squares ways) implements Vp8lTransform {

        private static final int BLACK = 0xFF000000;

        @Override
        public int[] undo(int[] pixels, TimeLimit deadline) {
            int width = ways.width;
            pixels[0] = add(pixels[0], BLACK);
            for (int x = 1; x < width; x++) {
                pixels[x] = add(pixels[x], pixels[x - 1]);
            }
            for (int i = width, y = 1; i < pixels.length; y++) {
                deadline.check();
                pixels[i] = add(pixels[i], pixels[i - width]);
                i++;
                for (int x = 1; x < width; x++, i++) {
                    pixels[i] = add(pixels[i], guess((ways.at(x, y) >> 8) & 15, pixels, i));
                }
            }
            return pixels;
        }

        /**
         * The neighbour right above is, at the end of a row, the first pixel of the row itself, as the format has it.
         */
        private int guess(int way, int[] pixels, int i) {
            int left = pixels[i - 1];
            int above = pixels[i - ways.width];
            int corner = pixels[i - ways.width - 1];
            int right = pixels[i - ways.width + 1];
            return switch (way) {
                case 1 -> left;
                case 2 -> above;
                case 3 -> right;
                case 4 -> corner;
                case 5 -> mean(mean(left, right), above);
                case 6 -> mean(left, corner);
                case 7 -> mean(left, above);
                case 8 -> mean(corner, above);
                case 9 -> mean(above, right);
                case 10 -> mean(mean(left, corner), mean(above, right));
                case 11 -> nearer(left, above, corner);
                case 12 -> gradient(left, above, corner);
                case 13 -> halfGradient(mean(left, above), corner);
                default -> BLACK;
            };
        }

        private static int mean(int one, int other) {
            return (((one ^ other) & 0xFEFEFEFE) >>> 1) + (one & other);
        }

        private static int nearer(int left, int above, int corner) {
            int difference = 0;
            for (int shift = 0; shift < Integer.SIZE; shift += 8) {
                int origin = (corner >> shift) & 0xFF;
                difference +=
                        Math.abs(((left >> shift) & 0xFF) - origin) - Math.abs(((above >> shift) & 0xFF) - origin);
            }
            return difference <= 0 ? above : left;
        }

        private static int gradient(int left, int above, int corner) {
            int result = 0;
            for (int shift = 0; shift < Integer.SIZE; shift += 8) {
                int sum = ((left >> shift) & 0xFF) + ((above >> shift) & 0xFF) - ((corner >> shift) & 0xFF);
                result |= Math.clamp(sum, 0, 255) << shift;
            }
            return result;
        }

        private static int halfGradient(int mean, int corner) {
            int result = 0;
            for (int shift = 0; shift < Integer.SIZE; shift += 8) {
                int sample = (mean >> shift) & 0xFF;
                result |= Math.clamp(sample + (sample - ((corner >> shift) & 0xFF)) / 2, 0, 255) << shift;
            }
            return result;
        }
    }

    /** Adds samples, each modulo 256. */
    static int add(int one, int other) {
        int even = (one & 0xFF00FF00) + (other & 0xFF00FF00);
        int odd = (one & 0x00FF00FF) + (other & 0x00FF00FF);
        return (even & 0xFF00FF00) | (odd & 0x00FF00FF);
    }
}
