package dev.clipserve.api;

import dev.clipserve.clip.ContentDigest;
import dev.clipserve.zeroshot.LabelLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.http.MediaType;
import org.springframework.http.MediaTypeFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * The page at {@code /} where people try the service out, with its scripts, style and pictures below
 * {@code /playground}. All of it is read at the start, a hundred kilobytes; what is not there cannot be asked for.
 */
@RestController
@ConditionalOnProperty(name = "clipserve.playground.enabled", matchIfMissing = true)
public class PlaygroundController {

    private static final String FOLDER = "classpath:playground/";
    private static final String PAGE = "index.html";

    /** A file as it is sent; its version is its content's, since all files of a jar have the same time. */
    private record PageFile(ByteArrayResource content, MediaType type, String version) {

        static PageFile of(Resource resource) {
            try {
                byte[] content = resource.getContentAsByteArray();
                byte[] digest = ContentDigest.sha256().digest(content);
                return new PageFile(
                        new ByteArrayResource(content),
                        typeOf(resource),
                        HexFormat.of().formatHex(digest, 0, 16));
            } catch (IOException e) {
                throw new IllegalStateException("The playground's " + resource + " cannot be read", e);
            }
        }

        private static MediaType typeOf(Resource resource) {
            MediaType type =
                    MediaTypeFactory.getMediaType(resource).orElseThrow(() -> new IllegalStateException("" + resource));
            return type.getType().equals("text") ? new MediaType(type, StandardCharsets.UTF_8) : type;
        }
    }

    private final Map<String, PageFile> files;

    public PlaygroundController() throws IOException {
        files = Arrays.stream(new PathMatchingResourcePatternResolver().getResources(FOLDER + "*.*"))
                .collect(Collectors.toUnmodifiableMap(PlaygroundController::name, PageFile::of));
    }

    private static String name(Resource resource) {
        return Objects.requireNonNull(resource.getFilename());
    }

    @GetMapping("/")
    ResponseEntity<Resource> page() {
        return file(PAGE);
    }

    @GetMapping("/playground/{name}")
    ResponseEntity<Resource> file(@PathVariable String name) {
        PageFile file = files.get(name);
        if (file == null) {
            throw new ProblemException(
                    ProblemType.NOT_FOUND, "There is nothing at /playground/" + LabelLimits.shorten(name) + ".");
        }
        return ResponseEntity.ok().eTag(file.version()).contentType(file.type()).body(file.content());
    }
}
