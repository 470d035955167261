package dev.clipserve.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.labels.LabelSet.Entry;
import dev.clipserve.zeroshot.LabelLimits;
import dev.clipserve.zeroshot.TemplateLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class DeclaredLabelSetsTest {

    private static final HeldEncoder ENCODER = HeldEncoder.free();

    private final DeclaredLabelSets declared = new DeclaredLabelSets(
            new LabelSetRules(new LabelLimits(2_000, 2_000), new TemplateLimits(2_000, 100), 100_000),
            ENCODER.model("m"));

    @TempDir
    private Path folder;

    @AfterAll
    static void close() {
        ENCODER.close();
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(folder.resolve(file), content);
    }

    @Test
    void read_yamlAndJson_areTheSame() throws IOException {
        write("a.yaml", "description: pets\nlabels:\n  - cat\n  - label: no\n    prompts: ['a dog, barking']\n");
        write("b.yml", "{description: pets, labels: [cat, {label: no, prompts: ['a dog, barking']}]}");
        write(
                "c.json",
                "{\"description\":\"pets\",\"labels\":[\"cat\",{\"label\":\"no\",\"prompts\":"
                        + "[\"a dog, barking\"]}]}");

        List<LabelSet> sets = declared.read(folder);

        assertThat(sets).extracting(LabelSet::name).containsExactly("a", "b", "c");
        assertThat(sets)
                .extracting(LabelSet::version)
                .containsOnly(sets.getFirst().version());
        assertThat(sets.getFirst())
                .isEqualTo(new LabelSet(
                        "a",
                        Optional.of("pets"),
                        List.of(Entry.of("cat"), new Entry("no", List.of("a dog, barking"))),
                        List.of(),
                        Optional.empty()));
    }

    @Test
    void read_configMap_looksAtItsFilesOnly(CapturedOutput output) throws IOException {
        Files.createDirectory(folder.resolve("..2026_11_24"));
        write("..2026_11_24/pets.yaml", "labels: [cat]");
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_11_24"));
        Files.createSymbolicLink(folder.resolve("pets.yaml"), Path.of("..data/pets.yaml"));
        write("README.md", "about");

        assertThat(declared.read(folder)).containsExactly(Sets.of("pets", "cat"));
        assertThat(output).contains("README.md declares no label set");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "x.yaml ; labels: [cat, 5]       ; x.yaml is no label set: Label 2 is the value 5 without quotes",
                "x.yaml ; labels: [cat, cat]     ; x.yaml is no label set: Label 'cat' is there twice",
                "x.yaml ; lables: [cat]          ; x.yaml is no label set: The label set has an unknown field 'lables'",
                "x.yaml ; {labels: [a], labels: [b]} ; x.yaml cannot be parsed: Duplicate Object property",
                "x.yaml ; labels: [cat           ; x.yaml cannot be parsed: ",
                "x.json ; {}{}                   ; x.json cannot be parsed: ",
                "x.json ; labels: [cat]          ; x.json cannot be parsed: ",
                "x.yaml ; {labels: [a], templates: [b]} ; x.yaml is no label set: 'b' has no {}",
                "x.yaml ; labels: [<|endoftext|>] ; x.yaml is no label set: The text contains the control token",
                "X.yaml ; labels: [cat]          ; X.yaml is no label set: 'X' is no name for a label set"
            })
    void read_fault_namesTheFile(String file, String content, String message) throws IOException {
        write(file, content);

        assertThatThrownBy(() -> declared.read(folder))
                .isInstanceOf(DeclaredLabelSetException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining(message);
    }

    @Test
    void read_twoFilesOfOneName_namesBoth() throws IOException {
        write("pets.json", "{\"labels\":[\"cat\"]}");
        write("pets.yaml", "labels: [cat]");

        assertThatThrownBy(() -> declared.read(folder))
                .hasMessageEndingWith("pets.yaml declares the label set 'pets', but so does pets.json");
    }

    @Test
    void read_noFolder_saysSo() {
        assertThatThrownBy(() -> declared.read(folder.resolve("none")))
                .hasMessageContaining("none is not a folder that can be read");
    }

    @Test
    void presets_areWithinTheRulesAndInTheOrderOfTheirClasses() {
        List<LabelSet> presets = PresetLabelSets.read();

        assertThat(presets).extracting(LabelSet::name).containsExactly("cifar-10", "cifar-100", "imagenet-1k");
        assertThat(presets).extracting(set -> set.entries().size()).containsExactly(10, 100, 1_000);
        assertThat(presets.get(1).entries().get(1).label()).isEqualTo("aquarium fish");
        List<Entry> imagenet = presets.get(2).entries();
        assertThat(imagenet.getFirst().label()).isEqualTo("tench");
        assertThat(imagenet.get(134).label()).isEqualTo("crane bird");
        assertThat(imagenet.get(517).label()).isEqualTo("construction crane");
        assertThat(imagenet.get(744).label()).isEqualTo("projectile");
        assertThat(imagenet.getLast().label()).isEqualTo("toilet paper");
        var rules = new LabelSetRules(new LabelLimits(10_000, 2_000), new TemplateLimits(2_000, 100), 100_000);
        presets.forEach(set -> rules.check(set, ENCODER.model("m")));
    }
}
