import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Makes an extracted jar fit for one architecture: {@code java OneArchitecture.java APP ARCHITECTURE}.
 *
 * <p>Some libraries carry native code for every platform, and unpack it into a temporary folder at each start. Here this
 * architecture's goes into {@code APP/native}, where the libraries are told to look, and all of it leaves their jars.
 * {@code app.jar} is written uncompressed: the model inside need not be inflated at each start.
 */
public final class OneArchitecture {

    /** Names of an architecture as libraries spell them in their paths, by the JVM's {@code os.arch}. */
    private static final Map<String, String> SPELLINGS =
            Map.of("amd64", "linux-x64|linux-x86[-_]64|Linux/x86_64", "aarch64", "linux-aarch64|Linux/aarch64");

    private static final Pattern NATIVE = Pattern.compile(".*(\\.(so|dll|dylib|jnilib)|\\.dSYM/.*)");

    /** What has to be there in the end; a library that moves its files must not go unnoticed. */
    private static final Set<String> NEEDED = new TreeSet<>(
            Set.of("libonnxruntime.so", "libonnxruntime4j_jni.so", "libtokenizers.so", "libwebp-imageio.so"));

    private OneArchitecture() {}

    public static void main(String[] arguments) throws IOException {
        Path app = Path.of(arguments[0]);
        Pattern ours = pattern(arguments[1]);
        Path target = Files.createDirectories(app.resolve("native"));
        try (Stream<Path> jars = Files.list(app.resolve("lib"))) {
            for (Path jar : jars.sorted().toList()) {
                separate(jar, ours, target);
            }
        }
        rewrite(app.resolve("app.jar"), ZipEntry.STORED, _ -> true);
        require(target);
    }

    private static Pattern pattern(String architecture) {
        String spellings = SPELLINGS.get(architecture);
        if (spellings == null) {
            throw new IllegalArgumentException(
                    "no native libraries for " + architecture + ", only for " + new TreeSet<>(SPELLINGS.keySet()));
        }
        return Pattern.compile("(?:.*/)?(?:" + spellings + ")/(?:cpu/)?([^/]+\\.so)");
    }

    /** Copies what is ours into the folder, and takes everything native out of the jar. */
    private static void separate(Path jar, Pattern ours, Path target) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            List<? extends ZipEntry> found = Collections.list(zip.entries()).stream()
                    .filter(entry -> NATIVE.matcher(entry.getName()).matches())
                    .toList();
            if (found.isEmpty()) {
                return;
            }
            for (ZipEntry entry : found) {
                var match = ours.matcher(entry.getName());
                if (match.matches()) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        Files.copy(in, target.resolve(match.group(1)));
                    }
                }
            }
        }
        rewrite(jar, ZipEntry.DEFLATED, name -> !NATIVE.matcher(name).matches());
    }

    private static void rewrite(Path jar, int method, Predicate<String> kept) throws IOException {
        Path rewritten = jar.resolveSibling(jar.getFileName() + ".new");
        try (ZipFile zip = new ZipFile(jar.toFile());
                OutputStream file = Files.newOutputStream(rewritten);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (kept.test(entry.getName())) {
                    copy(zip, entry, method, out);
                }
            }
        }
        Files.move(rewritten, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void copy(ZipFile zip, ZipEntry entry, int method, ZipOutputStream out) throws IOException {
        byte[] content;
        try (InputStream in = zip.getInputStream(entry)) {
            content = in.readAllBytes();
        }
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setTimeLocal(entry.getTimeLocal());
        copy.setMethod(method);
        if (method == ZipEntry.STORED) {
            CRC32 sum = new CRC32();
            sum.update(content);
            copy.setSize(content.length);
            copy.setCrc(sum.getValue());
        }
        out.putNextEntry(copy);
        out.write(content);
        out.closeEntry();
    }

    private static void require(Path folder) {
        for (String name : NEEDED) {
            if (!Files.exists(folder.resolve(name))) {
                throw new IllegalStateException(name + " was in no jar where it was looked for; see SPELLINGS");
            }
        }
    }
}
