package dev.clipserve.image;

import dev.clipserve.image.Preprocessing.Normalization;
import dev.clipserve.image.Preprocessing.PerChannel;

/** 8-bit samples → normalized float32, by a table of 256 values for each channel. Immutable. */
final class Normalizer {

    private final float[][] tables;

    Normalizer(Normalization normalization) {
        PerChannel mean = normalization.mean();
        PerChannel deviation = normalization.deviation();
        tables = new float[][] {
            table(normalization.scale(), mean.red(), deviation.red()),
            table(normalization.scale(), mean.green(), deviation.green()),
            table(normalization.scale(), mean.blue(), deviation.blue())
        };
    }

    /** The normalized value of every sample, rounded to float32 in the places where numpy rounds. */
    private static float[] table(double scale, double mean, double deviation) {
        float[] table = new float[256];
        for (int sample = 0; sample < table.length; sample++) {
            table[sample] = ((float) (sample * scale) - (float) mean) / (float) deviation;
        }
        return table;
    }

    /** Fills {@code row} with the values of a channel's samples from {@code start} on. */
    void normalize(byte[] samples, int start, int channel, float[] row) {
        float[] table = tables[channel];
        for (int x = 0; x < row.length; x++) {
            row[x] = table[samples[start + x] & 0xff];
        }
    }
}
