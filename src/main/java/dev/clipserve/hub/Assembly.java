package dev.clipserve.hub;

import dev.clipserve.hub.HubException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** Brings the files of a model into one folder: those that are there already, those that others have, and the rest. */
final class Assembly {

    private final HubName model;
    private final Path folder;
    private final Elsewhere elsewhere;
    private final Optional<Download> download;
    private final Progress progress;

    /** Where else on this machine a file of a repository may be. */
    @FunctionalInterface
    interface Elsewhere {
        List<Path> find(String path);
    }

    /**
     * An assembly.
     *
     * @param download empty where the hub cannot be asked
     */
    Assembly(HubName model, Path folder, Elsewhere elsewhere, Optional<Download> download, Progress progress) {
        this.model = model;
        this.folder = folder;
        this.elsewhere = elsewhere;
        this.download = download;
        this.progress = progress;
    }

    /** Bytes that are still to be downloaded, if all goes well. */
    long missing(List<HubFile> files) throws IOException {
        long missing = 0;
        for (HubFile file : files) {
            Path target = folder.resolve(file.path());
            if (!Files.exists(target) && copyOf(file).isEmpty()) {
                missing += Math.max(0, file.size() - Download.there(target));
            }
        }
        return missing;
    }

    private Optional<Path> copyOf(HubFile file) throws IOException {
        for (Path path : elsewhere.find(file.path())) {
            if (Files.isRegularFile(path) && Files.size(path) == file.size()) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    /** Brings all files, some at the same time; when one fails, the others are given up. */
    void bring(List<HubFile> files, int parallel) throws IOException, InterruptedException {
        try (ExecutorService threads =
                Executors.newFixedThreadPool(parallel, Thread.ofVirtual().factory())) {
            CompletionService<HubFile> done = new ExecutorCompletionService<>(threads);
            for (HubFile file : files) {
                done.submit(() -> bring(file));
            }
            try {
                for (int i = 0; i < files.size(); i++) {
                    done.take().get();
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw fault(e);
            } catch (InterruptedException e) {
                threads.shutdownNow();
                throw e;
            }
        }
    }

    private static IOException fault(ExecutionException e) throws InterruptedException {
        return switch (e.getCause()) {
            case IOException fault -> fault;
            case InterruptedException fault -> throw fault;
            case RuntimeException fault -> throw fault;
            case null, default -> throw new IllegalStateException(e);
        };
    }

    private HubFile bring(HubFile file) throws IOException, InterruptedException {
        Path target = folder.resolve(file.path());
        Files.createDirectories(target.getParent());
        if (Files.exists(target)) {
            if (file.digest().matches(target)) {
                progress.advance(file.size());
                return file;
            }
            Files.delete(target);
        }
        Optional<Path> copy = copyOf(file);
        if (copy.isPresent() && file.digest().matches(copy.get())) {
            take(copy.get().toRealPath(), target);
            progress.advance(file.size());
            return file;
        }
        progress.advance(Download.there(target));
        download.orElseThrow(() -> new HubException(
                        Reason.AWAY,
                        file.path() + " of " + model + " is not on this machine, and the hub cannot be asked.",
                        "Pull it when the hub can be reached, without HF_HUB_OFFLINE."))
                .fetch(file, target);
        return file;
    }

    /** A second name for the same bytes, where the file system has such; else a copy. */
    private static void take(Path source, Path target) throws IOException {
        Path unfinished = Download.unfinished(target);
        Files.deleteIfExists(unfinished);
        try {
            Files.createLink(unfinished, source);
        } catch (IOException | UnsupportedOperationException e) {
            Files.copy(source, unfinished);
            Download.force(unfinished);
        }
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes what is in the folder beside these files, such as what an earlier try left. */
    void clear(List<HubFile> files) throws IOException {
        List<Path> wanted = new ArrayList<>();
        files.forEach(file -> wanted.add(folder.resolve(file.path())));
        wanted.add(folder.resolve(BundleJson.FILE));
        try (Stream<Path> present = Files.walk(folder)) {
            for (Path file : present.filter(path -> !Files.isDirectory(path)).toList()) {
                if (!wanted.contains(file)) {
                    Files.delete(file);
                }
            }
        }
    }

    /** The SHA-256 of each file, by its path. */
    Map<String, String> sums(List<HubFile> files) throws IOException {
        Map<String, String> sums = new TreeMap<>();
        for (HubFile file : files) {
            sums.put(
                    file.path(),
                    file.digest().isSha256() ? file.digest().hex() : FileDigest.sha256(folder.resolve(file.path())));
        }
        return sums;
    }
}
