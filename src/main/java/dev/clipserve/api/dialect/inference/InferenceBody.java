package dev.clipserve.api.dialect.inference;

import dev.clipserve.api.JsonFields;
import dev.clipserve.api.LimitedInputStream;
import dev.clipserve.api.ProblemException;
import dev.clipserve.api.RequestLimits;
import dev.clipserve.zeroshot.LabelLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request: JSON, and where a header gives the JSON's length, binary tensors behind it. Binary data are
 * read as they come, so that no announced size takes memory before its bytes are there.
 */
final class InferenceBody {

    static final String JSON_LENGTH = "Inference-Header-Content-Length";

    /** As many digits as an int surely holds. */
    private static final Pattern LENGTH = Pattern.compile("[1-9][0-9]{0,8}");

    private final InputStream in;
    private final JsonFields json;
    private final boolean binary;

    private InferenceBody(InputStream in, JsonFields json, boolean binary) {
        this.in = in;
        this.json = json;
        this.binary = binary;
    }

    /**
     * Reads the JSON of a body.
     *
     * @param jsonLength the header with its length; null where the JSON is all there is
     * @param limits what the whole body may have
     */
    static InferenceBody read(InputStream body, @Nullable String jsonLength, RequestLimits limits) throws IOException {
        InputStream in = new LimitedInputStream(body, limits.maxBodyBytes());
        if (jsonLength == null) {
            return new InferenceBody(in, JsonFields.read(in, limits), false);
        }
        if (!LENGTH.matcher(jsonLength).matches()) {
            throw ProblemException.invalid("Header " + JSON_LENGTH + " is '" + LabelLimits.shorten(jsonLength)
                    + "'; it must be the number of bytes of the JSON, from 1 on.");
        }
        int length = Integer.parseInt(jsonLength);
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw ProblemException.invalid(
                    "Header " + JSON_LENGTH + " is " + length + ", but the body has only " + bytes.length + " bytes.");
        }
        return new InferenceBody(in, JsonFields.read(new ByteArrayInputStream(bytes), limits), true);
    }

    JsonFields json() {
        return json;
    }

    /**
     * Reads the next tensor of byte strings, each behind its length in 4 bytes, little-endian.
     *
     * @param count how many there are by the tensor's shape
     * @param size bytes that they and their lengths take together
     */
    List<byte[]> readElements(InputTensor tensor, int count, int size) throws IOException {
        if (!binary) {
            throw ProblemException.invalid("Input '" + tensor.wireName() + "' has a binary_data_size, but the header "
                    + JSON_LENGTH + " is missing; it says where in the body the JSON ends.");
        }
        List<byte[]> elements = new ArrayList<>();
        int left = size;
        while (elements.size() < count) {
            String place = "element " + (elements.size() + 1) + " of input '" + tensor.wireName() + "'";
            require(left >= Integer.BYTES, "The binary_data_size of " + size + " ends before " + place + ".");
            long length = Integer.toUnsignedLong(littleEndian(readExactly(Integer.BYTES, place)));
            left -= Integer.BYTES;
            require(
                    length <= left,
                    "By its length, " + place + " has " + length + " bytes, but of the binary_data_size of " + size
                            + " only " + left + " are left.");
            elements.add(readExactly((int) length, place));
            left -= (int) length;
        }
        require(
                left == 0,
                "Input '" + tensor.wireName() + "' has " + count
                        + " elements by its shape, but its binary_data_size of " + size + " is " + left
                        + " bytes more than they take.");
        return elements;
    }

    /** Refuses bytes that belong to no tensor; where the JSON is all there is, its reader has done so. */
    void requireEnd() throws IOException {
        require(
                !binary || in.read() < 0,
                "The body goes on behind the last input; JSON and each binary_data_size together must be all of it.");
    }

    private byte[] readExactly(int length, String place) throws IOException {
        byte[] bytes = in.readNBytes(length);
        require(bytes.length == length, "The body ends within " + place + ".");
        return bytes;
    }

    private static int littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    private static void require(boolean right, String otherwise) {
        if (!right) {
            throw ProblemException.invalid(otherwise);
        }
    }
}
