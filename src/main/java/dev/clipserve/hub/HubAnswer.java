package dev.clipserve.hub;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.io.Closer;

/** What a hub, or a blob store, answered; its body is not read yet. */
final class HubAnswer implements AutoCloseable {

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Pattern FROM = Pattern.compile("bytes ([0-9]{1,18})-.*");

    private final HttpUriRequestBase request;
    private final ClassicHttpResponse response;

    HubAnswer(HttpUriRequestBase request, ClassicHttpResponse response) {
        this.request = request;
        this.response = response;
    }

    int status() {
        return response.getCode();
    }

    boolean isGood() {
        return status() / 100 == 2;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(response.getFirstHeader(name)).map(Header::getValue);
    }

    OptionalLong number(String name) {
        return header(name)
                .filter(text -> text.matches("[0-9]{1,18}"))
                .map(text -> OptionalLong.of(Long.parseLong(text)))
                .orElse(OptionalLong.empty());
    }

    /** Where it leads, if it is a redirect. */
    Optional<String> location() {
        return REDIRECTS.contains(status()) ? header("Location") : Optional.empty();
    }

    /** The position of the body's first byte in the whole; −1 where that is not said. */
    long start() {
        if (status() != 206) {
            return 0;
        }
        Matcher range = FROM.matcher(header("Content-Range").orElse(""));
        return range.matches() ? Long.parseLong(range.group(1)) : -1;
    }

    /** The body; one that is not there is empty. */
    InputStream body() throws IOException {
        HttpEntity entity = response.getEntity();
        return entity == null ? InputStream.nullInputStream() : entity.getContent();
    }

    /** Ends the connection at once: what is left to read may have no end. */
    @Override
    public void close() {
        request.cancel();
        Closer.closeQuietly(response);
    }
}
