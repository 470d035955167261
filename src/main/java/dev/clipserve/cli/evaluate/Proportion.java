package dev.clipserve.cli.evaluate;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Locale;

/**
 * A share of images that were drawn at random, with its interval for 95 %.
 *
 * @param count how many are so
 * @param of how many there are
 */
@JsonPropertyOrder({"count", "of", "value", "lower", "upper"})
public record Proportion(int count, int of) {

    /** The normal distribution's quantile for 95 %: two sides of 2.5 %. */
    private static final double Z = 1.959963984540054;

    public Proportion {
        if (of < 1 || count < 0 || count > of) {
            throw new IllegalArgumentException(count + " of " + of + " is no share");
        }
    }

    /** The share itself, 0…1. */
    @JsonProperty
    public double value() {
        return (double) count / of;
    }

    /** The lower end of {@linkplain #half Wilson's interval}. */
    @JsonProperty
    public double lower() {
        // At the ends rounding would leave some 1e-17 of what is exactly 0, or 1.
        return count == 0 ? 0 : centre() - half();
    }

    /** The upper end of {@linkplain #half Wilson's interval}. */
    @JsonProperty
    public double upper() {
        return count == of ? 1 : centre() + half();
    }

    /** The share in percent, for people. */
    String percent() {
        return percent(value());
    }

    /** Any share in percent, for people. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    /** The ends of the interval in percent, for people, without the sign. */
    String interval() {
        return String.format(Locale.ROOT, "%.2f – %.2f", 100 * lower(), 100 * upper());
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
