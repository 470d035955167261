package dev.clipserve.hub;

import dev.clipserve.clip.BundleException;
import dev.clipserve.clip.BundleFiles;
import dev.clipserve.clip.ModelBundle;
import dev.clipserve.clip.Precision;
import dev.clipserve.hub.HubException.Reason;
import dev.clipserve.hub.Pull.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/** A pull by whoever holds the model's lock: asks the hub which commit is meant, or goes on with what is here. */
final class LockedPull {

    /** Why the hub is not asked where the settings say so. */
    static final String TOLD_NOT_TO = "HF_HUB_OFFLINE is set";

    private final HubName model;
    private final PullOptions options;
    private final Surroundings around;

    LockedPull(HubName model, PullOptions options, Surroundings around) {
        this.model = model;
        this.options = options;
        this.around = around;
    }

    /** What is wrong with a bundle's files; empty if nothing is. */
    static Optional<String> fault(Path folder, Precision precision) {
        try {
            ModelBundle.read(new BundleFiles.Folder(folder), precision);
            return Optional.empty();
        } catch (BundleException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Pulls.
     *
     * @param verify whether a model that is there already is held against its checksums
     */
    PulledModel run(boolean verify) throws IOException, InterruptedException {
        Optional<PulledModel> kept = around.cache().find(model, options.precision());
        Listing listing;
        try {
            listing = asked(kept.isPresent());
        } catch (HubException e) {
            if (e.reason() != Reason.AWAY) {
                throw e;
            }
            return kept.isPresent() ? fromBefore(kept.get(), e, verify) : fromHuggingFace(e);
        }
        return arrived(listing, verify, around);
    }

    private Listing asked(boolean hurry) throws InterruptedException {
        if (around.settings().offline()) {
            throw new HubException(
                    Reason.AWAY,
                    model + " is not on this machine, and HF_HUB_OFFLINE says not to ask the hub.",
                    "Pull it where the hub may be asked, or name a bundle's folder.");
        }
        return around.api().orElseThrow().listing(model, hurry);
    }

    /** What was pulled before, where the hub cannot be asked. */
    private PulledModel fromBefore(PulledModel kept, HubException away, boolean verify) throws IOException {
        Optional<String> fault = verify ? fault(kept.folder(), options.precision()) : Optional.empty();
        if (fault.isPresent()) {
            throw new HubException(
                    Reason.DAMAGED,
                    model + " is here from before, but not as it was pulled, and the hub was not asked (" + why(away)
                            + "): " + fault.get() + ".",
                    "Pull it again when the hub can be reached, without HF_HUB_OFFLINE; that mends it.");
        }
        around.progress().note(fromBefore(model, why(away), kept));
        amend(kept.folder());
        return kept;
    }

    /** From what Hugging Face's library has downloaded. */
    private PulledModel fromHuggingFace(HubException away) throws IOException, InterruptedException {
        Optional<Listing> theirs = around.huggingFace().listing(model);
        if (theirs.isEmpty()) {
            throw withOtherCommits(away);
        }
        around.progress()
                .note(unasked(model, why(away)) + "commit " + theirs.get().commit()
                        + " is in Hugging Face's cache, and is used.");
        return arrived(theirs.get(), true, around.withoutHub());
    }

    /** All precisions of a branch share what it was last; one that was pulled before that is found by its commit. */
    private HubException withOtherCommits(HubException away) throws IOException {
        String others = around.cache().list().stream()
                .filter(other ->
                        other.repository().equals(model.repository()) && other.precision() == options.precision())
                .map(other -> other.hubName().toString())
                .collect(Collectors.joining(", "));
        return others.isEmpty()
                ? away
                : new HubException(
                        Reason.AWAY,
                        away.getMessage() + " Other commits of it are here in "
                                + options.precision().label() + ": " + others + ".",
                        "Name one of these by its commit. Or: " + away.remedy(),
                        away);
    }

    /** What is said of a model that was pulled before and is used, since the hub was not asked. */
    static String fromBefore(HubName model, String why, PulledModel kept) {
        return unasked(model, why) + "commit " + kept.commit() + " is here from before, and is used.";
    }

    private static String unasked(HubName model, String why) {
        return "The hub was not asked what " + model + " is now (" + why + "); ";
    }

    private String why(HubException away) {
        return around.settings().offline() ? TOLD_NOT_TO : String.valueOf(away.getMessage());
    }

    private PulledModel arrived(Listing listing, boolean verify, Surroundings surroundings)
            throws IOException, InterruptedException {
        ModelCache cache = around.cache();
        Path place = cache.bundle(model, listing.commit(), options.precision());
        if (Files.isDirectory(place) && verify) {
            Optional<String> fault = fault(place, options.precision());
            if (fault.isPresent()) {
                around.progress().note("Mending it: " + fault.get());
                cache.withdraw(model, listing.commit(), options.precision());
            }
        }
        if (Files.isDirectory(place)) {
            amend(place);
        } else {
            new Pull(model, listing, options, surroundings).run();
        }
        cache.remember(model, listing.commit());
        return cache.at(place);
    }

    private void amend(Path folder) throws IOException {
        if (options.saysSomething()) {
            var json = BundleJson.read(
                    folder.resolve(BundleJson.FILE), model, around.settings().limits());
            json.amend(options);
            json.write(folder);
        }
    }
}
