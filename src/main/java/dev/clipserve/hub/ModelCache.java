package dev.clipserve.hub;

import dev.clipserve.clip.Precision;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The folder of pulled models: {@code OWNER--NAME/COMMIT/PRECISION} is a bundle, {@code refs} beside the commits says
 * which one a branch was when it was last asked for, and {@code .unfinished} has what is being pulled.
 */
final class ModelCache {

    private static final String REFS = "refs";
    private static final String UNFINISHED = ".unfinished";

    private final Path root;
    private final HubLimits limits;

    ModelCache(Path root, HubLimits limits) {
        this.root = root;
        this.limits = limits;
    }

    Path root() {
        return root;
    }

    private Path repository(HubName model) {
        return root.resolve(model.repository().replace("/", "--"));
    }

    /** The file that whoever changes a model locks. */
    Path lock(HubName model) {
        return root.resolve(".locks").resolve(repository(model).getFileName() + ".lock");
    }

    /** Where a bundle is, or will be. */
    Path bundle(HubName model, String commit, Precision precision) {
        return repository(model).resolve(commit).resolve(precision.label());
    }

    /** Where a bundle is put together. */
    Path staging(HubName model, String commit, Precision precision) {
        return repository(model).resolve(UNFINISHED).resolve(commit + "-" + precision.label());
    }

    /** Puts what was put together in its place, at once. */
    void publish(HubName model, String commit, Precision precision) throws IOException {
        Path place = bundle(model, commit, precision);
        Files.createDirectories(place.getParent());
        Files.move(staging(model, commit, precision), place, StandardCopyOption.ATOMIC_MOVE);
        if (Folders.isEmpty(repository(model).resolve(UNFINISHED))) {
            Files.delete(repository(model).resolve(UNFINISHED));
        }
    }

    /** Takes a bundle out of its place, to be mended. */
    void withdraw(HubName model, String commit, Precision precision) throws IOException {
        Path staging = staging(model, commit, precision);
        Folders.delete(staging);
        Files.createDirectories(staging.getParent());
        Files.move(bundle(model, commit, precision), staging, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Remembers which commit a branch or tag is. */
    void remember(HubName model, String commit) throws IOException {
        if (!model.isPinned()) {
            Path ref = ref(model);
            Files.createDirectories(ref.getParent());
            Path unfinished = Download.unfinished(ref);
            Files.writeString(unfinished, commit, StandardCharsets.US_ASCII);
            Files.move(unfinished, ref, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private Path ref(HubName model) {
        return repository(model).resolve(REFS).resolve(URLEncoder.encode(model.revision(), StandardCharsets.UTF_8));
    }

    /** The commit that a revision is, or was when it was last asked for. */
    Optional<String> commit(HubName model) throws IOException {
        if (model.isPinned()) {
            return Optional.of(model.revision());
        }
        try {
            return Optional.of(Files.readString(ref(model), StandardCharsets.US_ASCII))
                    .filter(HubName::isCommit);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** The model of a revision, as it was when it was last asked for. */
    Optional<PulledModel> find(HubName model, Precision precision) throws IOException {
        Optional<Path> place = commit(model).map(commit -> bundle(model, commit, precision));
        return place.isPresent() && Files.isDirectory(place.get()) ? Optional.of(at(place.get())) : Optional.empty();
    }

    /** All models, in the order of their folders. */
    List<PulledModel> list() throws IOException {
        List<PulledModel> models = new ArrayList<>();
        for (Path repository : Folders.in(root).stream()
                .filter(folder -> HubName.isRepository(repositoryOf(folder)))
                .toList()) {
            for (Path commit : Folders.in(repository)) {
                if (HubName.isCommit(String.valueOf(commit.getFileName()))) {
                    for (Precision precision : Precision.values()) {
                        Path bundle = commit.resolve(precision.label());
                        if (Files.isDirectory(bundle)) {
                            models.add(at(bundle));
                        }
                    }
                }
            }
        }
        return models;
    }

    private static String repositoryOf(Path folder) {
        return String.valueOf(folder.getFileName()).replaceFirst("--", "/");
    }

    /** The model of a bundle in here. */
    PulledModel at(Path bundle) throws IOException {
        Path commit = bundle.resolve("..").normalize();
        Path repository = commit.resolve("..").normalize();
        var model = new HubName(repositoryOf(repository), "main");
        var precision = Precision.valueOf(String.valueOf(bundle.getFileName()).toUpperCase(Locale.ROOT));
        String name;
        String licence;
        try {
            var json = BundleJson.read(bundle.resolve(BundleJson.FILE), model, limits);
            name = json.text("name");
            licence = json.text("licence");
        } catch (IOException | HubException e) {
            // It is listed nevertheless, so that it can be seen and removed.
            name = model.shortName();
            licence = "";
        }
        return new PulledModel(
                name,
                model.repository(),
                String.valueOf(commit.getFileName()),
                precision,
                licence,
                Folders.size(bundle),
                bundle);
    }

    /** Removes a bundle, and what was only there for it. */
    void remove(PulledModel model) throws IOException {
        Path commit = model.folder().resolve("..").normalize();
        Path repository = commit.resolve("..").normalize();
        // Out of its place at once, so that nobody finds half of it.
        Path doomed = repository
                .resolve(UNFINISHED)
                .resolve(model.commit() + "-" + model.precision().label());
        Folders.delete(doomed);
        Files.createDirectories(doomed.getParent());
        Files.move(model.folder(), doomed, StandardCopyOption.ATOMIC_MOVE);
        Folders.delete(doomed);
        if (Folders.in(commit).isEmpty()) {
            Folders.delete(commit);
        }
        if (Folders.in(repository).stream().noneMatch(child -> HubName.isCommit(String.valueOf(child.getFileName())))) {
            Folders.delete(repository);
        }
    }
}
