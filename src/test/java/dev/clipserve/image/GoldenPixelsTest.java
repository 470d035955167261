package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.SharedData;
import dev.clipserve.image.Preprocessing.Crop;
import dev.clipserve.image.Preprocessing.Exact;
import dev.clipserve.image.Preprocessing.Normalization;
import dev.clipserve.image.Preprocessing.PerChannel;
import dev.clipserve.image.Preprocessing.Rounding;
import dev.clipserve.image.Preprocessing.ShortestEdge;
import dev.clipserve.image.Preprocessing.Size;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * From a file's bytes to the tensor: pixels equal to the bit to Pillow's, values to those of Hugging Face's processor.
 */
final class GoldenPixelsTest {

    private static final Normalization OPENAI = new Normalization(
            1 / 255.0,
            new PerChannel(0.48145466, 0.4578275, 0.40821073),
            new PerChannel(0.26862954, 0.26130258, 0.27577711));
    private static final Normalization HALF =
            new Normalization(1 / 255.0, new PerChannel(0.5, 0.5, 0.5), new PerChannel(0.5, 0.5, 0.5));

    private static final ImageDecoder DECODER = new ImageDecoder(
            new ImageLimits(20_000_000, 50_000_000, Duration.ofSeconds(20), EnumSet.allOf(ImageFormat.class)));

    /** Of 145 pictures, lossy ones among them, all but the four of 16-bit gray: docs/image-policy.md. */
    private static final int EQUAL = 141;

    @ParameterizedTest
    @ValueSource(strings = {"clip-224", "siglip-224", "mini-32"})
    void preprocess_goldenPicture_equalsReference(String configuration) throws IOException {
        var preprocessor = new ImagePreprocessor(preprocessing(configuration));
        Path golden = SharedData.folder("golden");
        int equal = 0;
        for (String line : Files.readAllLines(golden.resolve("pixels.jsonl"))) {
            JsonNode row = JsonMapper.shared().readTree(line);
            if (row.path("config").asString().equals(configuration)) {
                RgbImage image = DECODER.decode(
                        Files.readAllBytes(golden.resolve(row.path("image").asString())));
                equal += compare(preprocessor, image, row) ? 1 : 0;
            }
        }
        assertThat(equal).isEqualTo(EQUAL);
    }

    /** Whether the pixels are equal, as those of lossless core pictures must be; if they are, so must the tensor. */
    private static boolean compare(ImagePreprocessor preprocessor, RgbImage image, JsonNode row) {
        boolean equal = sha256(Pictures.pack(preprocessor.resizeAndCrop(image)))
                .equals(row.path("sha256").asString());
        if (row.path("exact").asBoolean() && row.path("tier").asString().equals("core")) {
            assertThat(equal).as(row.path("image").asString()).isTrue();
        }
        if (equal) {
            assertTensor(preprocessor.preprocess(image), row);
        }
        return equal;
    }

    private static void assertTensor(PixelValues values, JsonNode row) {
        String file = row.path("image").asString();
        float[] tensor = new float[values.size()];
        values.writeTo(FloatBuffer.wrap(tensor));
        for (JsonNode sample : row.path("norm_samples")) {
            assertThat(tensor[sample.get(0).asInt()])
                    .as("%s value %s", file, sample.get(0))
                    .isCloseTo((float) sample.get(1).asDouble(), within(1e-5f));
        }
        for (int channel = 0; channel < 3; channel++) {
            assertThat(mean(tensor, channel))
                    .as("%s mean of channel %s", file, channel)
                    .isCloseTo(row.path("norm_mean").get(channel).asDouble(), within(1e-5));
        }
    }

    private static double mean(float[] tensor, int channel) {
        int plane = tensor.length / 3;
        double sum = 0;
        for (int i = channel * plane; i < (channel + 1) * plane; i++) {
            sum += tensor[i];
        }
        return sum / plane;
    }

    private static Preprocessing preprocessing(String configuration) {
        return switch (configuration) {
            case "clip-224" -> new Preprocessing(new ShortestEdge(224), Resample.BICUBIC, cropTo(224), OPENAI);
            case "siglip-224" -> new Preprocessing(new Exact(new Size(224, 224)), Resample.BICUBIC, null, HALF);
            case "mini-32" -> new Preprocessing(new ShortestEdge(32), Resample.BICUBIC, cropTo(32), OPENAI);
            default -> throw new IllegalArgumentException(configuration);
        };
    }

    private static Crop cropTo(int side) {
        return new Crop(new Size(side, side), Rounding.DOWN);
    }

    private static String sha256(RgbImage packed) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(packed.data()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
