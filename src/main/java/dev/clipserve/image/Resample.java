package dev.clipserve.image;

/**
 * Pillow's convolution filters, each with the number that Python configurations ({@code resample}) give it.
 *
 * <p>Nearest neighbour (0) is missing: it is no convolution, and no CLIP model uses it.
 */
public enum Resample {
    LANCZOS(1, 3.0) {
        @Override
        double kernel(double x) {
            return x < 3.0 ? sinc(x) * sinc(x / 3) : 0;
        }
    },
    BILINEAR(2, 1.0) {
        @Override
        double kernel(double x) {
            return x < 1.0 ? 1 - x : 0;
        }
    },
    /** Cubic convolution with a = −0.5. */
    BICUBIC(3, 2.0) {
        @Override
        double kernel(double x) {
            if (x < 1.0) {
                return (1.5 * x - 2.5) * x * x + 1;
            }
            return x < 2.0 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
        }
    },
    BOX(4, 0.5) {
        @Override
        double weight(double x) {
            return x > -0.5 && x <= 0.5 ? 1 : 0;
        }

        @Override
        double kernel(double x) {
            return weight(x);
        }
    },
    HAMMING(5, 1.0) {
        @Override
        double kernel(double x) {
            if (x == 0) {
                return 1;
            }
            return x < 1.0 ? sinc(x) * (0.54f + 0.46f * Math.cos(x * Math.PI)) : 0;
        }
    };

    private final int number;
    private final double support;

    Resample(int number, double support) {
        this.number = number;
        this.support = support;
    }

    /** Pillow's and Hugging Face's number for this filter. */
    public int number() {
        return number;
    }

    /** How far from its centre the filter reaches, in pixels of the smaller of the two pictures. */
    double support() {
        return support;
    }

    /** The weight, not normalized, of a sample at this signed distance from the centre. */
    double weight(double x) {
        return kernel(Math.abs(x));
    }

    /** The weight at a distance that is not negative. */
    abstract double kernel(double x);

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
    }
}
