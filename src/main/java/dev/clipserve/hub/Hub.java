package dev.clipserve.hub;

import dev.clipserve.clip.Precision;
import dev.clipserve.hub.HubException.Reason;
import dev.clipserve.hub.Pull.Surroundings;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Models from a hub, and the cache that they are pulled into. */
public final class Hub {

    private final HubSettings settings;
    private final Catalogue catalogue;
    private final Pauses pauses;
    private final ModelCache cache;
    private final HuggingFaceCache huggingFace;

    /** A hub; nothing is asked yet. */
    public Hub(HubSettings settings, Catalogue catalogue, Pauses pauses) {
        this.settings = settings;
        this.catalogue = catalogue;
        this.pauses = pauses;
        this.cache = new ModelCache(settings.cache(), settings.limits());
        this.huggingFace = new HuggingFaceCache(settings.huggingFaceCache());
    }

    /** Repositories that are known to work. */
    public Catalogue catalogue() {
        return catalogue;
    }

    /** All pulled models. */
    public List<PulledModel> list() {
        return stored(cache::list);
    }

    /** What is wrong with a pulled model's files; empty if nothing is. */
    public Optional<String> fault(PulledModel model) {
        return LockedPull.fault(model.folder(), model.precision());
    }

    /** Removes a pulled model. */
    public void remove(PulledModel model) {
        stored(() -> {
            try (PullLock _ = PullLock.take(cache.lock(model.hubName()), () -> {})) {
                cache.remove(model);
            }
            return model;
        });
    }

    /**
     * The model to serve: a commit that is there is taken as it is, and so is a branch where the hub is not to be
     * asked; anything else is pulled. What is taken needs no lock, so that the cache may be read-only.
     */
    public PulledModel obtain(HubName model, Precision precision, Progress progress) {
        Optional<PulledModel> there =
                model.isPinned() || settings.offline() ? stored(() -> cache.find(model, precision)) : Optional.empty();
        if (!model.isPinned()) {
            there.ifPresent(kept -> progress.note(LockedPull.fromBefore(model, LockedPull.TOLD_NOT_TO, kept)));
        }
        return there.orElseGet(() -> pull(model, PullOptions.of(precision), false, progress));
    }

    /**
     * The model of a name without an owner: one that was pulled is taken as it is, one of the catalogue is pulled.
     *
     * @return empty where nothing has this name
     * @throws HubException if several pulled models have it
     */
    public Optional<PulledModel> named(String name, Precision precision, Progress progress) {
        List<PulledModel> pulled = list().stream()
                .filter(model -> model.name().equals(name) && model.precision() == precision)
                .toList();
        return pulled.isEmpty()
                ? catalogue.find(name).map(known -> obtain(known.hubName(), precision, progress))
                : Optional.of(onlyOne(name, pulled));
    }

    /** Of several commits, the one that the main branch was when it was last asked for. */
    private PulledModel onlyOne(String name, List<PulledModel> pulled) {
        if (pulled.size() == 1) {
            return pulled.getFirst();
        }
        List<PulledModel> current = pulled.stream()
                .filter(model -> stored(() -> cache.find(HubName.parse(model.repository()), model.precision()))
                        .filter(model::equals)
                        .isPresent())
                .toList();
        if (current.size() == 1) {
            return current.getFirst();
        }
        throw new HubException(
                Reason.NAME,
                "Several pulled models are called " + name + ": "
                        + pulled.stream()
                                .map(PulledModel::hubName)
                                .map(HubName::toString)
                                .collect(Collectors.joining(", "))
                        + ".",
                "Name one of them by its repository and commit.");
    }

    /**
     * Pulls a model; one that is there already is verified, and mended where that is needed.
     *
     * @throws HubException if it cannot be had, or is damaged and the hub cannot be asked
     */
    public PulledModel pull(HubName model, PullOptions options, Progress progress) {
        return pull(model, options, true, progress);
    }

    private PulledModel pull(HubName model, PullOptions options, boolean verify, Progress progress) {
        return stored(() -> {
            Runnable waiting = () -> progress.note("Another process is at " + model + "; waiting until it is done.");
            try (PullLock _ = PullLock.take(cache.lock(model), waiting);
                    var connection = new HubConnection(settings)) {
                var around = new Surroundings(
                        settings,
                        catalogue,
                        cache,
                        huggingFace,
                        Optional.of(
                                new HubApi(settings, connection, new Patience(settings.limits(), pauses, progress))),
                        pauses,
                        progress);
                return new LockedPull(model, options, around).run(verify);
            } finally {
                progress.end();
            }
        });
    }

    /** What is done with the cache. */
    @FunctionalInterface
    private interface Stored<T> {
        T run() throws IOException, InterruptedException;
    }

    private <T> T stored(Stored<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            String reason = e instanceof FileSystemException file
                    ? file.getFile() + " ("
                            + (file.getReason() == null ? e.getClass().getSimpleName() : file.getReason()) + ")"
                    : String.valueOf(e.getMessage());
            throw new HubException(
                    Reason.STORAGE,
                    "The folder of pulled models, " + cache.root() + ", cannot be used: " + reason + ".",
                    "Name another by CLIPSERVE_HOME or clipserve.hub.cache, or make this one writable.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HubException(Reason.AWAY, "The pull was interrupted.", "Pull again; it goes on from there.", e);
        }
    }
}
