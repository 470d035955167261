package dev.clipserve;

import dev.clipserve.clip.BundleFiles;
import dev.clipserve.clip.Precision;
import dev.clipserve.hub.Hub;
import dev.clipserve.hub.HubName;
import dev.clipserve.hub.Progress;
import dev.clipserve.hub.PulledModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where the models are that settings name: in a folder, on a hub, or inside the jar. */
final class ModelPlaces {

    /** The model that ships inside the jar. */
    private static final BundleFiles EMBEDDED = new BundleFiles.Embedded("models/mini-clip");

    private final Supplier<Hub> hub;
    private final Progress progress;

    /** @param hub made when something is wanted of it */
    ModelPlaces(Supplier<Hub> hub, Progress progress) {
        this.hub = hub;
        this.progress = progress;
    }

    /**
     * The bundle that a setting names: a folder, {@code hf:OWNER/NAME@REVISION}, or the name of a pulled model or of
     * one in the catalogue.
     *
     * @throws dev.clipserve.hub.HubException if it would have to be pulled, and cannot be
     */
    BundleFiles find(@Nullable String setting, Precision precision) {
        if (setting == null || setting.isBlank()) {
            return EMBEDDED;
        }
        return new BundleFiles.Folder(folder(setting, precision));
    }

    private Path folder(String setting, Precision precision) {
        if (HubName.isMeantBy(setting)) {
            return hub.get().obtain(HubName.parse(setting), precision, progress).folder();
        }
        if (setting.indexOf('/') < 0 && !Files.isDirectory(Path.of(setting))) {
            return hub.get()
                    .named(setting, precision, progress)
                    .map(PulledModel::folder)
                    .orElse(Path.of(setting));
        }
        return Path.of(setting);
    }
}
