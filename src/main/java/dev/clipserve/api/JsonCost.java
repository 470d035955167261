package dev.clipserve.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;

/**
 * What a body that is read as JSON may cost in memory beside its bytes, told before any of them is there: the objects
 * of its tree, by the bytes or by the tokens that it may have, whichever is less. An image in base64 is one token, so a
 * large body costs no more than one of many small things.
 */
final class JsonCost {

    /** Of objects in objects, whose five bytes {@code {"":}} take 200: a node, a map, its table and an entry. */
    private static final int BYTES_PER_BODY_BYTE = 40;

    /** Of a field of a large object: an entry, its name, and what finds a second of this name. A text takes 70. */
    private static final int BYTES_PER_TOKEN = 100;

    /** Where the content type says whether a body is JSON. All others who read JSON do so whatever it says. */
    private static final Set<String> BY_CONTENT_TYPE = Set.of("/classify", "/similarity", "/embeddings");

    private JsonCost() {}

    /**
     * The bytes of memory that the tree of a body may take.
     *
     * @param bytes how many the body has at most
     */
    static long of(HttpServletRequest request, long bytes, RequestLimits limits) {
        if (BY_CONTENT_TYPE.contains(request.getRequestURI()) && !ImageBody.isJson(request)) {
            return 0;
        }
        return Math.min(bytes * BYTES_PER_BODY_BYTE, maxTokens(request, limits) * BYTES_PER_TOKEN);
    }

    /** By the method alone: only label sets are put, and no other spelling of their path can be missed. */
    private static long maxTokens(HttpServletRequest request, RequestLimits limits) {
        return request.getMethod().equals("PUT") ? JsonFields.MOST_TOKENS : limits.maxTokens();
    }
}
