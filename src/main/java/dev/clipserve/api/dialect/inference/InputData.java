package dev.clipserve.api.dialect.inference;

import dev.clipserve.api.ImageSource;
import dev.clipserve.api.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An input of a request, its name, type and shape found to be right; where it is binary, not read yet. */
sealed interface InputData {

    /** What it is for the model. */
    InputTensor tensor();

    /** The images that it holds, none of them unpacked yet. */
    List<ImageSource> images(InferenceBody body) throws IOException;

    /** The texts that it holds. */
    List<String> texts(InferenceBody body) throws IOException;

    /** Strings in the JSON: texts, or images in base64. */
    record Json(InputTensor tensor, List<String> data) implements InputData {

        @Override
        public List<ImageSource> images(InferenceBody body) {
            return data.stream().map(ImageSource::ofBase64).toList();
        }

        @Override
        public List<String> texts(InferenceBody body) {
            return data;
        }
    }

    /**
     * Bytes behind the JSON.
     *
     * @param count elements
     * @param size bytes that they and their lengths take together
     */
    record Binary(InputTensor tensor, int count, int size) implements InputData {

        @Override
        public List<ImageSource> images(InferenceBody body) throws IOException {
            return body.readElements(tensor, count, size).stream()
                    .<ImageSource>map(ImageSource.Raw::new)
                    .toList();
        }

        @Override
        public List<String> texts(InferenceBody body) throws IOException {
            List<String> texts = new ArrayList<>();
            for (byte[] element : body.readElements(tensor, count, size)) {
                texts.add(utf8(element, texts.size() + 1));
            }
            return texts;
        }

        private String utf8(byte[] element, int place) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(element))
                        .toString();
            } catch (CharacterCodingException e) {
                throw ProblemException.invalid(
                        "Element " + place + " of input '" + tensor.wireName() + "' is not UTF-8.");
            }
        }
    }
}
