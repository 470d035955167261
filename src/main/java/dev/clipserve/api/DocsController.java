package dev.clipserve.api;

import java.nio.charset.StandardCharsets;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows the contract to people: a page that runs Swagger UI, whose own files come from its WebJar, below the page's
 * path.
 */
@RestController
public class DocsController {

    @GetMapping("/docs")
    ResponseEntity<Resource> page() {
        return file("index.html", MediaType.TEXT_HTML);
    }

    /** In place of the WebJar's own, which would show another service's contract. */
    @GetMapping("/docs/swagger-ui/swagger-initializer.js")
    ResponseEntity<Resource> initializer() {
        return file("swagger-initializer.js", new MediaType("text", "javascript"));
    }

    private static ResponseEntity<Resource> file(String name, MediaType type) {
        return ResponseEntity.ok()
                .contentType(new MediaType(type, StandardCharsets.UTF_8))
                .body(new ClassPathResource("docs/" + name));
    }
}
