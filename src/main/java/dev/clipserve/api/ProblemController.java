package dev.clipserve.api;

import dev.clipserve.zeroshot.LabelLimits;
import java.util.Arrays;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Explains the problem types at the URIs that name them. */
@RestController
public class ProblemController {

    /** A problem type as it is explained. */
    record Explanation(String type, String title, int status, String explanation) {

        static Explanation of(ProblemType type) {
            return new Explanation(type.uri(), type.title(), type.status(), type.explanation());
        }
    }

    @GetMapping(path = "/problems", produces = MediaType.APPLICATION_JSON_VALUE)
    List<Explanation> all() {
        return Arrays.stream(ProblemType.values()).map(Explanation::of).toList();
    }

    @GetMapping(path = "/problems/{slug}", produces = MediaType.APPLICATION_JSON_VALUE)
    Explanation one(@PathVariable String slug) {
        return Arrays.stream(ProblemType.values())
                .filter(type -> type.slug().equals(slug))
                .findFirst()
                .map(Explanation::of)
                .orElseThrow(() -> new ProblemException(
                        ProblemType.NOT_FOUND, "There is no problem type '" + LabelLimits.shorten(slug) + "'."));
    }
}
