package dev.clipserve.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetTest {

    @TempDir
    private Path folder;

    private void images(String... paths) throws IOException {
        for (String path : paths) {
            Path file = folder.resolve(path);
            Files.createDirectories(file.resolveSibling(""));
            Files.createFile(file);
        }
    }

    private Path csv(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static List<Path> find(Path within) throws IOException {
        try (Stream<Path> found = Files.walk(within)) {
            return found.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static Dataset read(ClassNames names, Optional<List<String>> labels, Path... sources) throws IOException {
        return Dataset.of(ClassifiedImages.read(List.of(sources), DatasetTest::find), names, labels);
    }

    private static Dataset read(Path... sources) throws IOException {
        return read(ClassNames.THEIR_OWN, Optional.empty(), sources);
    }

    private List<String> named(Dataset data) {
        return data.samples().stream()
                .map(sample ->
                        folder.relativize(sample.file()) + "=" + data.labels().get(sample.label()))
                .toList();
    }

    @Test
    void of_folders_classesAreSubfoldersWithSpaces() throws IOException {
        images("t/ice_bear/deep/2.png", "t/ice_bear/1.png", "t/cat/1.png");

        Dataset data = read(folder.resolve("t"));

        assertThat(data.labels()).containsExactly("cat", "ice bear");
        assertThat(named(data))
                .containsExactly("t/cat/1.png=cat", "t/ice_bear/1.png=ice bear", "t/ice_bear/deep/2.png=ice bear");
    }

    @Test
    void of_severalFolders_areAskedTogether() throws IOException {
        images("a/cat/1.png", "b/cat/1.png", "b/dog/1.png");

        Dataset data = read(folder.resolve("b"), folder.resolve("a"), folder.resolve("a"));

        assertThat(data.labels()).containsExactly("cat", "dog");
        assertThat(named(data)).containsExactly("b/cat/1.png=cat", "b/dog/1.png=dog", "a/cat/1.png=cat");
    }

    @Test
    void of_emptyClass_competesWithoutImages() throws IOException {
        images("t/cat/1.png");
        Files.createDirectories(folder.resolve("t/dog"));

        Dataset data = read(folder.resolve("t"));

        assertThat(data.labels()).containsExactly("cat", "dog");
        assertThat(data.withoutImages()).containsExactly("dog");
    }

    @Test
    void read_emptyFolder_isRefused() throws IOException {
        Files.createDirectories(folder.resolve("t/cat"));

        assertThatThrownBy(() -> read(folder.resolve("t"))).hasMessageContaining("t has no images in subfolders");
        assertThatThrownBy(() -> read(folder.resolve("none"))).hasMessageContaining("there is no such file or folder");
    }

    @Test
    void read_archive_isRefused() throws IOException {
        images("t.tar.gz");

        assertThatThrownBy(() -> read(folder.resolve("t.tar.gz"))).hasMessageContaining("unpack archives first");
    }

    @Test
    void of_csv_pathsAreRelativeToItAndLabelsAreAsTheyAre() throws IOException {
        Path table = csv("t.csv", "\ufefflabel,path,more\r\n\"ice_bear, white\",a/1.png,x\r\n\r\ncat, b.png\r\n");

        Dataset data = read(table);

        assertThat(named(data)).containsExactly("a/1.png=ice_bear, white", "b.png=cat");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "file,label\\na.png,cat     | t.csv has no column 'path'; its first line names file, label.",
                "path,class\\na.png,cat     | t.csv has no column 'label'; its first line names path, class.",
                "path,label\\na.png,cat\\nb.png,  | 't.csv, line 3, has no label: ''b.png,''.'",
                "path,label\\n,cat          | 't.csv, line 2, has no path: '',cat''.'",
                "path,label\\na.png         | 't.csv, line 2, has no label: ''a.png''.'",
                "path,label                 | t.csv lists no images",
                "''                         | t.csv is empty; its first line must name the columns.",
                "path,label\\na.png,cat\\n./a.png,dog | 'a.png is ''dog'' here, but ''cat'' in '",
            })
    void read_csvThatIsWrong_saysWhatAndWhere(String content, String message) throws IOException {
        Path table = csv("t.csv", content.replace("\\n", "\n"));

        assertThatThrownBy(() -> read(table))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining(message);
    }

    @Test
    void read_csvThatIsNotUtf8_saysWhere() throws IOException {
        Path table = Files.write(
                folder.resolve("t.csv"), "path,label\na.png,\u00fc\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> read(table))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("t.csv, line ");
    }

    @Test
    void of_names_classesMayShareALabel() throws IOException {
        images("t/ice_bear/1.png", "t/cat/1.png", "t/oak/1.png");
        Path names = csv("names.csv", "class,label\nice_bear,an animal\ncat,an animal\nplane,a vehicle\n");

        Dataset data = read(ClassNames.read(names, "label"), Optional.empty(), folder.resolve("t"));

        assertThat(data.labels()).containsExactly("an animal", "oak");
        assertThat(named(data))
                .containsExactly("t/cat/1.png=an animal", "t/ice_bear/1.png=an animal", "t/oak/1.png=oak");
    }

    @Test
    void names_anotherColumn_isTakenByItsName() throws IOException {
        Path names = csv("names.csv", "Name,Id,Coarse\nGala,3,apple\n");

        assertThat(ClassNames.read(names, "Coarse").label("Gala")).isEqualTo("apple");
        assertThatThrownBy(() -> ClassNames.read(names, "label"))
                .hasMessageContaining("has no column 'label'; its first line names Name, Id, Coarse.");
    }

    @Test
    void names_aClassWithTwoLabels_isRefused() throws IOException {
        Path names = csv("names.csv", "class,label\nice_bear,x\nice bear,y\n");

        assertThatThrownBy(() -> ClassNames.read(names, "label"))
                .hasMessageContaining("names.csv, line 3: class 'ice bear' has label 'y' here, but 'x' in ")
                .hasMessageContaining("line 2");
    }

    @Test
    void of_labels_othersAreLeftOutAndAddedOnesCompete() throws IOException {
        images("t/cat/1.png", "t/dog/1.png", "t/dog/2.png");

        Dataset data = read(ClassNames.THEIR_OWN, Optional.of(List.of("zebra", "cat")), folder.resolve("t"));

        assertThat(data.labels()).containsExactly("zebra", "cat");
        assertThat(named(data)).containsExactly("t/cat/1.png=cat");
        assertThat(data.leftOut()).isEqualTo(2);
        assertThat(data.withoutImages()).containsExactly("zebra");
    }

    @Test
    void of_labelsThatNoImageHas_isRefused() throws IOException {
        images("t/cat/1.png");

        assertThatThrownBy(() -> read(ClassNames.THEIR_OWN, Optional.of(List.of("zebra")), folder.resolve("t")))
                .hasMessage("No image has one of the labels zebra; the images' are cat.");
    }
}
