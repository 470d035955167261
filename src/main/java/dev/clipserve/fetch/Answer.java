package dev.clipserve.fetch;

import dev.clipserve.batching.Budget;
import dev.clipserve.batching.Deadline;
import dev.clipserve.fetch.FetchException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;

/** What a server answered: somewhere else to look, or bytes, of which no more are read than are allowed. */
final class Answer {

    private static final int OK = 200;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final ClassicHttpResponse response;

    Answer(ClassicHttpResponse response) {
        this.response = response;
    }

    /** Where the server says the image is instead. */
    Optional<String> location() {
        return REDIRECTS.contains(response.getCode())
                ? Optional.ofNullable(response.getFirstHeader("Location"))
                        .map(Header::getValue)
                        .map(Answer::utf8)
                : Optional.empty();
    }

    /** The client makes a character of each byte of a header; servers that do not escape a URL send it in UTF-8. */
    private static String utf8(String header) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(header.getBytes(StandardCharsets.ISO_8859_1));
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            return header;
        }
    }

    /**
     * Reads the bytes.
     *
     * @param memory what they are taken from before they are read
     * @throws FetchException if there are none, too many or compressed ones, or their memory is not free in time
     * @throws IOException if they do not all come
     */
    FetchedImage read(int maxBytes, Budget memory, Deadline deadline) throws IOException {
        HttpEntity body = body();
        long announced = body.getContentLength();
        if (announced > maxBytes) {
            throw tooLarge(maxBytes);
        }
        int room = announced < 0 ? maxBytes : (int) announced;
        Budget.Share share = memory.take(room, deadline.remaining()).orElseThrow(Answer::noMemory);
        try {
            return new FetchedImage(read(body.getContent(), room, maxBytes), share);
        } catch (IOException | RuntimeException | Error e) {
            share.close();
            throw e;
        }
    }

    private HttpEntity body() {
        if (response.getCode() != OK) {
            throw FetchException.failed("The URL's host answers with status " + response.getCode() + ", not 200.");
        }
        for (Header header : response.getHeaders("Content-Encoding")) {
            if (!header.getValue().strip().toLowerCase(Locale.ROOT).equals("identity")) {
                throw FetchException.failed("The URL's host sends the image compressed, though asked not to.");
            }
        }
        return Optional.ofNullable(response.getEntity())
                .orElseThrow(() -> FetchException.failed("The URL's host sends nothing."));
    }

    /** At most {@code maxBytes} are kept: the array is as large as was paid for, and is only cut afterwards. */
    private static byte[] read(InputStream in, int room, int maxBytes) throws IOException {
        byte[] bytes = new byte[room];
        int read = in.readNBytes(bytes, 0, room);
        if (read == maxBytes && in.read() >= 0) {
            throw tooLarge(maxBytes);
        }
        return read == room ? bytes : Arrays.copyOf(bytes, read);
    }

    private static FetchException noMemory() {
        return new FetchException(Reason.BUSY, "The images of other requests take all memory that there is for them.");
    }

    private static FetchException tooLarge(int maxBytes) {
        return new FetchException(
                Reason.TOO_LARGE,
                String.format(Locale.ROOT, "The image behind the URL has more than the %,d bytes allowed.", maxBytes));
    }
}
