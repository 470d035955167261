package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.SharedData;
import dev.clipserve.image.Preprocessing.Exact;
import dev.clipserve.image.Preprocessing.Normalization;
import dev.clipserve.image.Preprocessing.PerChannel;
import dev.clipserve.image.Preprocessing.ShortestEdge;
import dev.clipserve.image.Preprocessing.Size;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pixels equal to the bit to Pillow's and Hugging Face's, on pictures whose decoding is beyond doubt. */
final class GoldenPixelsTest {

    private static final Normalization OPENAI = new Normalization(
            1 / 255.0,
            new PerChannel(0.48145466, 0.4578275, 0.40821073),
            new PerChannel(0.26862954, 0.26130258, 0.27577711));
    private static final Normalization HALF =
            new Normalization(1 / 255.0, new PerChannel(0.5, 0.5, 0.5), new PerChannel(0.5, 0.5, 0.5));

    @ParameterizedTest
    @ValueSource(strings = {"clip-224", "siglip-224", "mini-32"})
    void preprocess_losslessPicture_equalsReference(String configuration) throws IOException {
        var preprocessor = new ImagePreprocessor(preprocessing(configuration));
        Path golden = SharedData.folder("golden");
        int compared = 0;
        for (String line : Files.readAllLines(golden.resolve("pixels.jsonl"))) {
            JsonNode row = JsonMapper.shared().readTree(line);
            String file = row.path("image").asString();
            if (row.path("config").asString().equals(configuration) && file.endsWith(".png")) {
                RgbImage image = rgb(ImageIO.read(golden.resolve(file).toFile()));
                if (sha256(image).equals(row.at("/decoded/sha256").asString())) {
                    assertEqual(preprocessor, image, row);
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThanOrEqualTo(50);
    }

    private static void assertEqual(ImagePreprocessor preprocessor, RgbImage image, JsonNode row) {
        String file = row.path("image").asString();
        assertThat(sha256(Pictures.pack(preprocessor.resizeAndCrop(image))))
                .as(file)
                .isEqualTo(row.path("sha256").asString());
        PixelValues values = preprocessor.preprocess(image);
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
            case "clip-224" -> new Preprocessing(new ShortestEdge(224), Resample.BICUBIC, new Size(224, 224), OPENAI);
            case "siglip-224" -> new Preprocessing(new Exact(new Size(224, 224)), Resample.BICUBIC, null, HALF);
            case "mini-32" -> new Preprocessing(new ShortestEdge(32), Resample.BICUBIC, new Size(32, 32), OPENAI);
            default -> throw new IllegalArgumentException(configuration);
        };
    }

    /** The raster's own samples: gray three times, or the first three bands. */
    private static RgbImage rgb(BufferedImage image) {
        var raster = image.getRaster();
        int bands = raster.getNumBands();
        byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
        int[] pixel = new int[bands];
        for (int i = 0; i < rgb.length; i++) {
            raster.getPixel(i / 3 % image.getWidth(), i / 3 / image.getWidth(), pixel);
            rgb[i] = (byte) pixel[bands < 3 ? 0 : i % 3];
        }
        return RgbImage.packed(image.getWidth(), image.getHeight(), rgb);
    }

    private static String sha256(RgbImage packed) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(packed.data()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
