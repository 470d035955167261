package dev.clipserve.cli.evaluate;

/**
 * A share of images that were drawn at random.
 *
 * @param count how many are so
 * @param of how many there are
 */
public record Proportion(int count, int of) {

    /** The normal distribution's quantile for 95 %: two sides of 2.5 %. */
    private static final double Z = 1.959963984540054;

    public Proportion {
        if (of < 1 || count < 0 || count > of) {
            throw new IllegalArgumentException(count + " of " + of + " is no share");
        }
    }

    /** The share itself, 0…1. */
    public double value() {
        return (double) count / of;
    }

    /** The lower end of {@linkplain #half Wilson's interval}. */
    public double lower() {
        // At the ends rounding would leave some 1e-17 of what is exactly 0, or 1.
        return count == 0 ? 0 : centre() - half();
    }

    /** The upper end of {@linkplain #half Wilson's interval}. */
    public double upper() {
        return count == of ? 1 : centre() + half();
    }

    private double centre() {
        return (value() + Z * Z / (2 * of)) / (1 + Z * Z / of);
    }

    /**
     * Half the width of the score interval for 95 % (Wilson, "Probable inference, the law of succession, and
     * statistical inference", JASA 1927): {@code z √(p(1−p)/n + z²/4n²) / (1 + z²/n)}. It holds for few images and for
     * shares near 0 and 1, too.
     */
    private double half() {
        double variance = value() * (1 - value()) / of + Z * Z / (4.0 * of * of);
        return Z * Math.sqrt(variance) / (1 + Z * Z / of);
    }
}
