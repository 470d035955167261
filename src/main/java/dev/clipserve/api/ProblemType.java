package dev.clipserve.api;

import java.util.Locale;

/**
 * Everything that can go wrong for a caller, each with a stable type URI (RFC 9457) that explains itself when opened.
 */
public enum ProblemType {
    INVALID_REQUEST(400, "Invalid request", "A field is missing, unknown, or has a value that is not allowed."),
    MALFORMED_JSON(
            400,
            "Malformed JSON",
            "The body, or a field that holds JSON, is not valid JSON; the detail gives the place."),
    INVALID_LABELS(400, "Invalid labels", "There are no labels, too many, or one is blank, too long or there twice."),
    INVALID_TEXTS(400, "Invalid texts", "There are no texts, too many, or one is blank or too long."),
    INVALID_TEMPLATES(
            400,
            "Invalid templates",
            "A template has no {} for the label, too many of them, or no preset has this name."),
    RESERVED_TOKEN(
            400,
            "Reserved token in a text",
            "A label or template spells out a control token of the tokenizer, such as end-of-text, which would end the prompt"
                    + " early."),
    UNSUPPORTED_SCORING(
            400,
            "Unsupported scoring",
            "The model cannot score like this: independent scores need a model with a logit bias."),
    UNSUPPORTED_DIMENSIONS(
            400,
            "Unsupported dimensions",
            "A CLIP embedding cannot be shortened: its first numbers alone mean nothing. Leave 'dimensions' out."),
    NO_IMAGE(400, "No image", "The request has no image."),
    INVALID_BASE64(400, "Invalid base64", "An image in a JSON body is not valid base64, or not a valid data URI."),
    UNAUTHENTICATED(
            401,
            "Unauthenticated",
            "The service wants an API key, as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'; the request has none, or one that is"
                    + " not known."),
    MISSING_SCOPE(
            403, "Missing scope", "The API key is known, but not for this; the detail names the scope that it lacks."),
    ORIGIN_NOT_ALLOWED(
            403,
            "Origin not allowed",
            "Pages of this origin may not ask the service from a browser; clipserve.access.cors.allowed-origins lists those that"
                    + " may."),
    URL_NOT_ALLOWED(
            403,
            "URL not allowed",
            "The service does not fetch images from URLs, or not from this one, or not from where it leads; send the bytes."),
    NOT_FOUND(404, "Not found", "There is nothing at this path."),
    UNKNOWN_MODEL(404, "Unknown model", "No model of this name is loaded."),
    UNKNOWN_LABEL_SET(404, "Unknown label set", "There is no label set of this name; /label-sets lists them."),
    METHOD_NOT_ALLOWED(
            405,
            "Method not allowed",
            "The path exists, but not with this method; the Allow header lists those it has."),
    NOT_ACCEPTABLE(
            406, "Not acceptable", "The answer cannot be given in a media type that the Accept header asks for."),
    LABEL_SET_DECLARED(
            409,
            "Label set is declared",
            "The label set is declared in a file of the service, or ships with it, and cannot be changed over HTTP."),
    TOO_MANY_LABEL_SETS(409, "Too many label sets", "There are as many label sets as are allowed; delete one first."),
    PRECONDITION_FAILED(
            412,
            "Precondition failed",
            "The label set is not in the version that If-Match or If-None-Match asks for; get it again, and decide anew."),
    BODY_TOO_LARGE(
            413,
            "Body too large",
            "The request has more bytes or parts than the limit, or a body where none is taken."),
    IMAGE_TOO_LARGE(413, "Image too large", "One image has more bytes than the limit."),
    TOO_MANY_PIXELS(
            413, "Too many pixels", "The image's header announces more pixels than the limit; nothing was decoded."),
    TOO_MANY_PAIRS(
            413,
            "Too many pairs",
            "Images × texts of an answer are more than the limit; 'top' makes those of a classification fewer."),
    TOO_MANY_IMAGES(413, "Too many images", "The request has more images than the limit."),
    NOT_AN_IMAGE(415, "Not an image", "The bytes are of no image format."),
    UNSUPPORTED_FORMAT(
            415, "Unsupported image format", "The image format has no decoder here; the detail lists those that work."),
    UNSUPPORTED_ENCODING(
            415, "Unsupported content encoding", "The body is compressed; send it as it is, without Content-Encoding."),
    EMPTY_IMAGE(422, "Empty image", "The image has no bytes."),
    CORRUPT_IMAGE(422, "Corrupt image", "The format is right, but the content is broken or cut short."),
    URL_FETCH_FAILED(
            422,
            "URL cannot be fetched",
            "The URL is allowed, but its host does not give an image in time, whole, uncompressed and with status 200."),
    DECODING_TOO_SLOW(
            422, "Decoding takes too long", "The image needs more time to decode than the limit, and was given up."),
    NOT_ENCODABLE(
            422,
            "Not encodable",
            "The model fails at this image or text, by itself and where others work: it breaks off, gives no finite numbers, or"
                    + " does not end. Sending it again does not help."),
    LABEL_TOO_LONG(
            422,
            "Label too long",
            "A prompt has more tokens than the model's context and may not be cut: truncate is false, or the answer could not say so."),
    TOO_MANY_REQUESTS(
            429,
            "Too many requests",
            "The caller asks too often, or too much at the same time; try again after the time in Retry-After."),
    INTERNAL_ERROR(
            500, "Internal error", "Something failed in the service; its log has the details under the request's id."),
    OVERLOADED(
            503, "Overloaded", "The service has more work than it takes on; try again after the time in Retry-After."),
    MODEL_UNAVAILABLE(
            503,
            "Model unavailable",
            "What runs the model does not work at the moment and is being opened anew; try again after the time in Retry-After."),
    LABEL_SET_NOT_READY(
            503,
            "Label set is not ready",
            "The label set is still being encoded for the model, or could not be; try again after the time in Retry-After."),
    LABEL_SET_STORE_UNAVAILABLE(
            503,
            "Label set store unavailable",
            "The store of label sets cannot be read or written at the moment. Label sets that are loaded still answer."),
    DEADLINE_EXCEEDED(
            504,
            "Deadline exceeded",
            "The answer was not ready in time: the service's limit, or the caller's own in X-Request-Timeout-Ms.");

    private final int status;
    private final String title;
    private final String explanation;

    ProblemType(int status, String title, String explanation) {
        this.status = status;
        this.title = title;
        this.explanation = explanation;
    }

    /** The HTTP status that comes with the problem. */
    public int status() {
        return status;
    }

    /** The short summary, the same for every occurrence. */
    public String title() {
        return title;
    }

    /** What it means and what to do. */
    public String explanation() {
        return explanation;
    }

    /** The last part of the type URI: {@code corrupt-image}. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The type URI, relative to the service, which explains it there. */
    public String uri() {
        return "/problems/" + slug();
    }
}
