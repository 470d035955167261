package dev.clipserve.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.SharedData;
import dev.clipserve.image.ImageFuzzTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What the fuzzer starts from, and what it once found, one input after the other and without the fuzzer. A file that it
 * puts into a target's folder is a test from then on.
 */
final class FuzzTargetsTest {

    private static final Path INPUTS = Path.of("src/test/resources/fuzz");

    @TestFactory
    Stream<DynamicTest> fuzzerTestOneInput_seedOrFinding_holds() throws IOException {
        return Files.readAllLines(INPUTS.resolve("targets.txt")).stream().flatMap(FuzzTargetsTest::tests);
    }

    @TestFactory
    Stream<DynamicTest> fuzzerTestOneInput_hostileImage_holds() {
        return files(SharedData.folder("golden").resolve("hostile")).stream()
                .map(file -> DynamicTest.dynamicTest(
                        file.getFileName().toString(),
                        () -> ImageFuzzTarget.fuzzerTestOneInput(Files.readAllBytes(file))));
    }

    /** Of a line with a folder and a class. */
    private static Stream<DynamicTest> tests(String line) {
        String[] parts = line.split(" ", -1);
        List<Path> files = files(INPUTS.resolve(parts[0]));
        assertThat(files).as(line).isNotEmpty();
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(parts[0] + " " + file.getFileName(), () -> {
                    target(parts[1]).invokeExact(Files.readAllBytes(file));
                }));
    }

    private static MethodHandle target(String name) throws ReflectiveOperationException {
        return MethodHandles.lookup()
                .findStatic(Class.forName(name), "fuzzerTestOneInput", MethodType.methodType(void.class, byte[].class));
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
