package dev.clipserve.api;

import dev.clipserve.zeroshot.LabelLimits;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A request that brings images and fields, in one of three body forms, told apart by the content type. */
final class ImageBody {

    private static final String IMAGE = "image";
    private static final String IMAGES = "images";

    private final RequestFields fields;
    private final List<ImageSource> images;

    private ImageBody(RequestFields fields, List<ImageSource> images) {
        this.fields = fields;
        this.images = images;
    }

    /** Everything beside the images. */
    RequestFields fields() {
        return fields;
    }

    /** The images, none of them unpacked yet. */
    List<ImageSource> images() {
        return images;
    }

    /**
     * Reads a request: {@code multipart/form-data}, JSON, or for any other content type an image's own bytes. Raw
     * bodies are not asked for an image type, since curl and browsers send whatever they like; the content decides.
     *
     * @param allowed the names of the fields beside the images
     */
    static ImageBody read(HttpServletRequest request, Set<String> allowed, RequestLimits limits)
            throws IOException, ServletException {
        if (type(request).startsWith("multipart/form-data")) {
            return multipart(request, allowed, limits);
        }
        return isJson(request) ? json(request, allowed, limits) : raw(request, allowed, limits);
    }

    /** Whether the body is read as JSON, if it is not a form. */
    static boolean isJson(HttpServletRequest request) {
        String type = type(request);
        return type.startsWith("application/json") || type.contains("+json");
    }

    private static String type(HttpServletRequest request) {
        return request.getContentType() == null ? "" : request.getContentType().toLowerCase(Locale.ROOT);
    }

    private static ImageBody multipart(HttpServletRequest request, Set<String> fieldNames, RequestLimits limits)
            throws IOException, ServletException {
        FormFields fields = FormFields.ofQuery(request.getQueryString(), limits.maxTokens());
        List<ImageSource> images = new ArrayList<>();
        Set<String> allowed = with(fieldNames, IMAGE);
        RequestFields.allowOnly(allowed, fields.names());
        for (Part part : request.getParts()) {
            RequestFields.allowOnly(allowed, Set.of(part.getName()));
            byte[] content = bytes(part);
            if (part.getName().equals(IMAGE)) {
                images.add(new ImageSource.Raw(content));
            } else {
                fields.add(part.getName(), utf8(part.getName(), content));
            }
        }
        return new ImageBody(fields, images);
    }

    private static ImageBody json(HttpServletRequest request, Set<String> allowed, RequestLimits limits)
            throws IOException {
        Set<String> query = FormFields.ofQuery(request.getQueryString()).names();
        if (!query.isEmpty()) {
            throw ProblemException.invalid("With a JSON body, fields belong into it, not into the query: "
                    + LabelLimits.shorten(String.join(", ", query)) + ".");
        }
        JsonFields fields = JsonFields.read(request, limits);
        RequestFields.allowOnly(with(allowed, IMAGES), fields.names());
        List<ImageSource> images = fields.objects(IMAGES).orElse(List.of()).stream()
                .map(ImageBody::jsonImage)
                .toList();
        return new ImageBody(fields, images);
    }

    private static ImageSource jsonImage(JsonFields image) {
        RequestFields.allowOnly(Set.of("base64", "url"), image.names());
        if (image.names().size() != 1) {
            throw ProblemException.invalid("An element of 'images' must have either 'base64' or 'url'.");
        }
        return image.text("base64")
                .map(ImageSource::ofBase64)
                .or(() -> image.text("url").map(ImageSource::ofUrl))
                .orElseThrow(() -> RequestFields.wrong(IMAGES, "a list with null in an element", "base64 or url"));
    }

    private static ImageBody raw(HttpServletRequest request, Set<String> allowed, RequestLimits limits)
            throws IOException {
        FormFields fields = FormFields.ofQuery(request.getQueryString());
        RequestFields.allowOnly(allowed, fields.names());
        byte[] content = new LimitedInputStream(request.getInputStream(), limits.maxBodyBytes()).readAllBytes();
        return new ImageBody(fields, content.length == 0 ? List.of() : List.of(new ImageSource.Raw(content)));
    }

    private static Set<String> with(Set<String> fields, String images) {
        Set<String> allowed = new HashSet<>(fields);
        allowed.add(images);
        return allowed;
    }

    private static byte[] bytes(Part part) throws IOException {
        try (InputStream in = part.getInputStream()) {
            return in.readAllBytes();
        }
    }

    private static String utf8(String field, byte[] content) {
        try {
            return FormFields.utf8(content);
        } catch (CharacterCodingException e) {
            throw RequestFields.wrong(field, "not UTF-8", "text in UTF-8");
        }
    }
}
