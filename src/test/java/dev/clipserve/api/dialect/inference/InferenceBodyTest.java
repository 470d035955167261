package dev.clipserve.api.dialect.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import dev.clipserve.api.ProblemException;
import dev.clipserve.api.RequestLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Binary data: what was put in comes out, and what is none is refused without taking memory for it. */
class InferenceBodyTest {

    private static final byte[] JSON = "{}".getBytes(StandardCharsets.UTF_8);
    private static final int MAX_BYTES = 1_000_000;
    private static final RequestLimits LIMITS = new RequestLimits(MAX_BYTES, 8, 100, 200, 10, 500, 1_000);

    private static InferenceBody body(byte[] data) throws IOException {
        var all = new ByteArrayOutputStream();
        all.writeBytes(JSON);
        all.writeBytes(data);
        return InferenceBody.read(new ByteArrayInputStream(all.toByteArray()), String.valueOf(JSON.length), LIMITS);
    }

    private static byte[] binary(List<byte[]> elements) {
        var data = new ByteArrayOutputStream();
        for (byte[] element : elements) {
            data.writeBytes(littleEndian(element.length));
            data.writeBytes(element);
        }
        return data.toByteArray();
    }

    private static byte[] littleEndian(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    @Property
    void readElements_anyElements_areThoseOfTheBody(@ForAll @Size(max = 20) List<byte[]> elements) throws IOException {
        byte[] data = binary(elements);
        InferenceBody body = body(data);

        assertThat(body.readElements(InputTensor.TEXTS, elements.size(), data.length))
                .containsExactlyElementsOf(elements);
        body.requireEnd();
    }

    @Property
    void readElements_anyBytesCountAndSize_areElementsThatTakeAllOfItOrRefused(
            @ForAll @Size(max = 60) byte[] data,
            @ForAll @IntRange(min = 1, max = 5) int count,
            @ForAll @IntRange(max = 70) int size)
            throws IOException {
        try {
            List<byte[]> elements = body(data).readElements(InputTensor.IMAGES, count, size);
            assertThat(elements).hasSize(count);
            assertThat(binary(elements)).hasSize(size);
        } catch (ProblemException e) {
            assertThat(e.problem().status()).isEqualTo(400);
        }
    }

    @Property
    void readElements_anyLengthThatIsNotThere_takesNoMemory(@ForAll @IntRange(min = 10_000_000) int length)
            throws IOException {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        // Once before, so that no class is loaded while it counts.
        refuse(body(littleEndian(length)));
        InferenceBody body = body(littleEndian(length));

        long before = threads.getCurrentThreadAllocatedBytes();
        refuse(body);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        // A buffer of the stream's, and the exception's texts.
        assertThat(allocated).isLessThan(1_000_000);
    }

    private static void refuse(InferenceBody body) throws IOException {
        try {
            body.readElements(InputTensor.IMAGES, 1, Integer.MAX_VALUE);
            throw new AssertionError("elements that are not there were read");
        } catch (ProblemException e) {
            assertThat(e.problem().status()).isEqualTo(400);
        }
    }

    @Example
    void read_requestOfTinyThings_isRefusedByWhatARequestMayHave() {
        byte[] json = ("{\"inputs\":[" + "{},".repeat(2_000) + "{}]}").getBytes(StandardCharsets.UTF_8);

        // 100 labels, 10 templates, 8 images of 4 tokens, and 2,000 others
        String words = "exceeds the maximum allowed (2142)";
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> InferenceBody.read(new ByteArrayInputStream(json), null, LIMITS))
                .withMessageContaining(words);
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(
                        () -> InferenceBody.read(new ByteArrayInputStream(json), String.valueOf(json.length), LIMITS))
                .withMessageContaining(words);
    }

    @Example
    void read_moreThanTheLimit_isTooLarge() throws IOException {
        byte[] data = binary(List.of(new byte[MAX_BYTES]));

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> body(data).readElements(InputTensor.IMAGES, 1, data.length))
                .matches(e -> e.problem().status() == 413);
    }
}
