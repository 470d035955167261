package dev.clipserve.hub;

import dev.clipserve.hub.Listing.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What Hugging Face's own library has downloaded, read only: {@code models--OWNER--NAME/snapshots/COMMIT/…}, whose
 * files are links to blobs that are named by their digests.
 */
record HuggingFaceCache(Optional<Path> root) {

    private static final int DEPTH = 6;

    /** A file of a commit, if it is there; what is in it nobody has checked. */
    Optional<Path> file(HubName model, String commit, String path) {
        return snapshot(model, commit).map(folder -> folder.resolve(path)).filter(Files::isRegularFile);
    }

    /** What is there of a revision. */
    Optional<Listing> listing(HubName model) throws IOException {
        Optional<String> commit = commit(model);
        Optional<Path> folder = commit.flatMap(known -> snapshot(model, known));
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder.get(), DEPTH, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                entries.add(new Entry(
                        folder.get().relativize(file).toString(),
                        OptionalLong.of(Files.size(file)),
                        FileDigest.of(String.valueOf(file.toRealPath().getFileName()))));
            }
        }
        return Optional.of(new Listing(commit.get(), entries));
    }

    private Optional<Path> repository(HubName model) {
        return root.map(cache -> cache.resolve("models--" + model.repository().replace("/", "--")));
    }

    private Optional<Path> snapshot(HubName model, String commit) {
        return repository(model)
                .map(folder -> folder.resolve("snapshots").resolve(commit))
                .filter(Files::isDirectory);
    }

    private Optional<String> commit(HubName model) throws IOException {
        if (model.isPinned()) {
            return Optional.of(model.revision());
        }
        Optional<Path> ref = repository(model)
                .map(folder -> folder.resolve("refs").resolve(model.revision()))
                .filter(Files::isRegularFile);
        return ref.isEmpty()
                ? Optional.empty()
                : Optional.of(Files.readString(ref.get(), StandardCharsets.US_ASCII)
                                .strip())
                        .filter(HubName::isCommit);
    }
}
