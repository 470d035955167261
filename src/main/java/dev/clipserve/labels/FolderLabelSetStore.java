package dev.clipserve.labels;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in a folder, which is made when something is to be kept: {@code sets/NAME.json}, and
 * {@code embeddings/KEY.bin}. Files are written whole or not at all. Several processes may use one folder without
 * breaking it, but none notices what another changes before it starts anew.
 */
public final class FolderLabelSetStore implements LabelSetStore {

    private static final Logger log = LoggerFactory.getLogger(FolderLabelSetStore.class);

    private static final String JSON = ".json";
    private static final String BIN = ".bin";

    /** One for all stores of the process, because a lock on a file is the process's, not the thread's. */
    private static final ReentrantLock LOCK = new ReentrantLock();

    private final Path sets;
    private final Path embeddings;
    private final Path lockFile;
    private final FaultLog faults = new FaultLog(log);

    public FolderLabelSetStore(Path folder) {
        this.sets = folder.resolve("sets");
        this.embeddings = folder.resolve("embeddings");
        this.lockFile = folder.resolve("lock");
    }

    /** What may fail because of the disk. */
    private interface Work<T> {

        T run() throws IOException;
    }

    private <T> T attempt(String what, Work<T> work) {
        try {
            T result = work.run();
            faults.worked();
            return result;
        } catch (IOException e) {
            // Reading and writing for who is interrupted fails, too, and is no fault of the folder.
            if (!Thread.currentThread().isInterrupted()) {
                faults.failed("The folder of label sets " + what + ": " + e);
            }
            throw LabelSetException.storeUnavailable(what, new IOException(FolderFault.of(e), e));
        }
    }

    /** Against other threads, and against other processes. */
    private <T> T locked(Work<T> work) throws IOException {
        LOCK.lock();
        try {
            Files.createDirectories(sets);
            try (var channel = FileChannel.open(lockFile, CREATE, WRITE);
                    var _ = channel.lock()) {
                return work.run();
            }
        } finally {
            LOCK.unlock();
        }
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public Map<String, String> versions() {
        return attempt("cannot be read", () -> {
            Map<String, String> versions = new TreeMap<>();
            for (Path file : files(sets, JSON)) {
                String name = nameOf(file, JSON);
                if (LabelSet.isName(name)) {
                    read(name).ifPresent(set -> versions.put(name, set.version()));
                }
            }
            return versions;
        });
    }

    @Override
    public Optional<LabelSet> find(String name) {
        return LabelSet.isName(name) ? attempt("cannot be read", () -> read(name)) : Optional.empty();
    }

    /** A file that holds no set counts as none; the next {@code put} replaces it. */
    private Optional<LabelSet> read(String name) throws IOException {
        Path file = sets.resolve(name + JSON);
        try {
            byte[] json = Files.readAllBytes(file);
            return LabelSetJson.readStored(
                    name, json, fault -> log.error("{} holds no label set and is ignored: {}", file, fault));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean put(LabelSet set, Optional<String> expected) {
        return attempt(
                "cannot be written",
                () -> locked(() -> {
                    if (!read(set.name()).map(LabelSet::version).equals(expected)) {
                        return false;
                    }
                    String json = LabelSetJson.write(set).toPrettyString();
                    AtomicFiles.write(sets.resolve(set.name() + JSON), json.getBytes(StandardCharsets.UTF_8));
                    return true;
                }));
    }

    @Override
    public boolean delete(String name, String expected) {
        return attempt(
                "cannot be written",
                () -> locked(() -> {
                    if (read(name).filter(set -> set.version().equals(expected)).isEmpty()) {
                        return false;
                    }
                    AtomicFiles.delete(sets.resolve(name + JSON));
                    return true;
                }));
    }

    private Path encoding(String key) {
        return embeddings.resolve(key + BIN);
    }

    @Override
    public boolean hasEmbeddings(String key) {
        return Files.isRegularFile(encoding(key));
    }

    @Override
    public Optional<byte[]> findEmbeddings(String key) {
        return attempt("cannot be read", () -> {
            try {
                return Optional.of(Files.readAllBytes(encoding(key)));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public void putEmbeddings(String key, byte[] content) {
        attempt("cannot be written", () -> {
            Files.createDirectories(embeddings);
            AtomicFiles.write(encoding(key), content);
            return key;
        });
    }

    @Override
    public void removeEmbeddings(String key) {
        attempt("cannot be written", () -> Files.deleteIfExists(encoding(key)));
    }

    @Override
    public void retainEmbeddings(Set<String> keys) {
        attempt("cannot be swept", () -> {
            for (Path file : files(embeddings, BIN)) {
                if (!keys.contains(nameOf(file, BIN))) {
                    Files.deleteIfExists(file);
                }
            }
            AtomicFiles.sweep(embeddings);
            AtomicFiles.sweep(sets);
            return keys;
        });
    }

    private static List<Path> files(Path folder, String suffix) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    private static String nameOf(Path file, String suffix) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - suffix.length());
    }
}
