package dev.clipserve.clip;

import dev.clipserve.image.Preprocessing;
import dev.clipserve.image.Preprocessing.Crop;
import dev.clipserve.image.Preprocessing.Exact;
import dev.clipserve.image.Preprocessing.Normalization;
import dev.clipserve.image.Preprocessing.PerChannel;
import dev.clipserve.image.Preprocessing.Resize;
import dev.clipserve.image.Preprocessing.Rounding;
import dev.clipserve.image.Preprocessing.ShortestEdge;
import dev.clipserve.image.Preprocessing.Size;
import dev.clipserve.image.Preprocessing.Unchanged;
import dev.clipserve.image.Resample;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code preprocessor_config.json} as the Hugging Face image processors do, their defaults included: resize on,
 * crop on where there is a size for it, factor 1/255, bicubic.
 */
final class PreprocessorConfig {

    static final String FILE = "preprocessor_config.json";

    private final JsonFacts facts;

    private PreprocessorConfig(JsonFacts facts) {
        this.facts = facts;
    }

    static Preprocessing read(BundleFiles files) {
        var config = new PreprocessorConfig(JsonFacts.read(files, FILE));
        try {
            return new Preprocessing(config.resize(), config.resample(), config.crop(), config.normalization());
        } catch (IllegalArgumentException e) {
            throw config.facts.fault("cannot be followed: " + e.getMessage());
        }
    }

    private Resize resize() {
        if (!enabled("do_resize")) {
            return new Unchanged();
        }
        if (facts.has("size.shortest_edge")) {
            return new ShortestEdge(required("size.shortest_edge"));
        }
        if (facts.has("size.height")) {
            return new Exact(new Size(required("size.width"), required("size.height")));
        }
        return new ShortestEdge(required("size"));
    }

    private Resample resample() {
        int number = facts.integer("resample").orElse(Resample.BICUBIC.number());
        return Arrays.stream(Resample.values())
                .filter(resample -> resample.number() == number)
                .findFirst()
                .orElseThrow(() -> facts.fault("has resample = " + number + "; known are "
                        + Arrays.stream(Resample.values())
                                .map(resample -> resample.number() + " ("
                                        + resample.name().toLowerCase(Locale.ROOT) + ")")
                                .collect(Collectors.joining(", "))));
    }

    private @Nullable Crop crop() {
        // SigLIP's processor has no crop at all and says nothing of it.
        boolean cropped = facts.flag("do_center_crop").orElse(facts.has("crop_size"));
        if (!cropped) {
            return null;
        }
        return new Crop(cropSize(), cropRounding());
    }

    private Size cropSize() {
        if (facts.has("crop_size.height")) {
            return new Size(required("crop_size.width"), required("crop_size.height"));
        }
        int side = required("crop_size");
        return new Size(side, side);
    }

    /** A field of our own: the two reference libraries begin an odd crop with different pixels. */
    private Rounding cropRounding() {
        String rounding = facts.text("crop_rounding").orElse("down");
        return switch (rounding) {
            case "down" -> Rounding.DOWN;
            case "half_even" -> Rounding.HALF_EVEN;
            default ->
                throw facts.fault("has crop_rounding = \"" + rounding
                        + "\"; known are down (Hugging Face) and half_even (torchvision, OpenCLIP)");
        };
    }

    private Normalization normalization() {
        double scale = enabled("do_rescale") ? facts.number("rescale_factor").orElse(1 / 255.0) : 1;
        if (!enabled("do_normalize")) {
            return new Normalization(scale, new PerChannel(0, 0, 0), new PerChannel(1, 1, 1));
        }
        return new Normalization(scale, channels("image_mean"), channels("image_std"));
    }

    private PerChannel channels(String field) {
        List<Double> values = facts.require(field, facts.numbers(field));
        if (values.size() != 3) {
            throw facts.fault(
                    "has " + values.size() + " numbers in " + field + "; three are needed, for red, green, blue");
        }
        return new PerChannel(values.get(0), values.get(1), values.get(2));
    }

    private boolean enabled(String field) {
        return facts.flag(field).orElse(true);
    }

    private int required(String field) {
        return facts.require(field, facts.integer(field));
    }
}
