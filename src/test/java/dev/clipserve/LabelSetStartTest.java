package dev.clipserve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.Embedding;
import dev.clipserve.labels.LabelSet;
import dev.clipserve.labels.LabelSet.Entry;
import dev.clipserve.labels.LabelSetSummary;
import dev.clipserve.labels.LabelSets;
import dev.clipserve.labels.PreparedSet;
import dev.clipserve.labels.TextModel;
import dev.clipserve.zeroshot.Models;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** Label sets of a service that starts, and starts again. */
@ExtendWith(OutputCaptureExtension.class)
class LabelSetStartTest {

    private static final Deadline LATER = Deadline.after(Duration.ofDays(1));

    @TempDir
    private Path folder;

    private ConfigurableApplicationContext start(String... more) {
        String[] arguments = {
            "--server.port=0",
            "--clipserve.label-sets.folder=" + folder.resolve("store"),
            "--clipserve.label-sets.wait=1h"
        };
        return SpringApplication.run(
                ClipServeApplication.class,
                Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new));
    }

    private static PreparedSet prepare(ConfigurableApplicationContext service, String name) {
        return service.getBean(LabelSets.class)
                .prepare(name, TextModel.of(service.getBean(Models.class).main()), LATER);
    }

    private static double encodedTexts(ConfigurableApplicationContext service) {
        return service.getBean(MeterRegistry.class)
                .get("clipserve.queue.wait")
                .tag("queue", "text")
                .timer()
                .count();
    }

    @Test
    void restart_storedSet_isThereAndEncodesNothing() {
        var pets = new LabelSet(
                "pets",
                Optional.empty(),
                List.of(Entry.of("cat"), Entry.of("a small dog")),
                List.of("openai-7"),
                Optional.of("other"));
        double[] before;
        Embedding image;
        try (var service = start()) {
            service.getBean(LabelSets.class).put(pets, version -> true);
            image = label(service, "a sleeping cat");
            before = prepare(service, "pets").labels().similarities(image);
        }

        try (var service = start()) {
            double encoded = encodedTexts(service);
            PreparedSet again = prepare(service, "pets");

            assertThat(service.getBean(LabelSets.class).find("pets")).isEqualTo(pets);
            assertThat(again.noneLabel()).contains("other");
            assertThat(again.labels().labels()).containsExactly("cat", "a small dog", "other");
            assertThat(again.labels().similarities(image)).containsExactly(before);
            // The canary may have asked its own labels meanwhile; 21 prompts were not encoded.
            assertThat(encodedTexts(service) - encoded).isLessThan(21);
        }
    }

    private static Embedding label(ConfigurableApplicationContext service, String text) {
        return service.getBean(Models.class)
                .main()
                .labels()
                .encodeEach(List.of(text), LATER)
                .getFirst()
                .embedding();
    }

    @Test
    void start_declaredSet_isThereAndReadOnly() throws IOException {
        Files.createDirectory(folder.resolve("declared"));
        Files.writeString(folder.resolve("declared/pets.yaml"), "labels: [cat, dog]");

        try (var service = start("--clipserve.label-sets.declared=" + folder.resolve("declared"))) {
            assertThat(service.getBean(LabelSets.class).list())
                    .filteredOn(set -> set.name().equals("pets"))
                    .extracting(LabelSetSummary::source)
                    .containsExactly(LabelSetSummary.Source.DECLARED);
            assertThat(prepare(service, "pets").labels().labels()).containsExactly("cat", "dog");
        }
    }

    @Test
    void start_badDeclaredSet_explainsItselfWithoutAStackTrace(CapturedOutput output) throws IOException {
        Files.createDirectory(folder.resolve("declared"));
        Files.writeString(folder.resolve("declared/pets.yaml"), "labels: [cat, dog, cat]");

        assertThatThrownBy(() -> start("--clipserve.label-sets.declared=" + folder.resolve("declared")));

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("pets.yaml is no label set: Label 'cat' is there twice, at places 1 and 3")
                .contains("clipserve.label-sets.declared")
                .doesNotContain("\tat dev.clipserve");
    }
}
