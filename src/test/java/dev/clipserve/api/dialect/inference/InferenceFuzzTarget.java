package dev.clipserve.api.dialect.inference;

import dev.clipserve.api.ProblemException;
import dev.clipserve.fuzz.ReadRequests;
import dev.clipserve.zeroshot.InvalidLabelsException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Any body of the Open Inference Protocol behind a line that is the header with its JSON's length: read the same each
 * time, in memory that goes by its length, or refused with a problem that can be written.
 */
public final class InferenceFuzzTarget {

    private static final InferenceRequestReader READER = new InferenceRequestReader(ReadRequests.LIMITS);
    private static final OfferedModel MODEL = new OfferedModel("mini-clip", ReadRequests.MODEL, Role.ZERO_SHOT);

    private InferenceFuzzTarget() {}

    /** What Jazzer calls. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        ReadRequests.require(bytes, () -> outcome(bytes));
    }

    /** The request that was read, or the problem with it. */
    private static String outcome(byte[] bytes) {
        int line = new String(bytes, StandardCharsets.ISO_8859_1).indexOf('\n');
        String length = line < 1 ? null : new String(bytes, 0, line, StandardCharsets.ISO_8859_1);
        var in = new ByteArrayInputStream(bytes, line + 1, bytes.length - line - 1);
        try {
            InferenceBody body = InferenceBody.read(in, length, ReadRequests.LIMITS);
            InferenceRequest request = READER.read(body, MODEL);
            return request.texts() + " " + request.outputs() + " "
                    + request.images().stream().map(ReadRequests::unpacked).toList();
        } catch (ProblemException problem) {
            return ReadRequests.readable(problem);
        } catch (InvalidLabelsException refusal) {
            return ReadRequests.readable(String.valueOf(refusal.getMessage()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
