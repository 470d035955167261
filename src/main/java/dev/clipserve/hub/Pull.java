package dev.clipserve.hub;

import dev.clipserve.clip.BundleException;
import dev.clipserve.clip.BundleFiles;
import dev.clipserve.clip.ModelBundle;
import dev.clipserve.clip.Precision;
import dev.clipserve.hub.BundleJson.Origin;
import dev.clipserve.hub.HubException.Reason;
import dev.clipserve.hub.Listing.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Pulls one commit of a model: its facts first, which may show that the rest is not worth it, then its graphs. */
final class Pull {

    private final HubName model;
    private final Listing listing;
    private final PullOptions options;
    private final Surroundings around;
    private final Path folder;

    /**
     * What a pull works with.
     *
     * @param api empty where the hub cannot be asked
     */
    record Surroundings(
            HubSettings settings,
            Catalogue catalogue,
            ModelCache cache,
            HuggingFaceCache huggingFace,
            Optional<HubApi> api,
            Pauses pauses,
            Progress progress) {

        Patience patience() {
            return new Patience(settings.limits(), pauses, progress);
        }

        /** The same where the hub cannot be asked. */
        Surroundings withoutHub() {
            return new Surroundings(settings, catalogue, cache, huggingFace, Optional.empty(), pauses, progress);
        }
    }

    Pull(HubName model, Listing listing, PullOptions options, Surroundings around) {
        this.model = model;
        this.listing = listing;
        this.options = options;
        this.around = around;
        this.folder = around.cache().staging(model, listing.commit(), options.precision());
    }

    /** Puts the model together beside the cache, and then in its place. */
    void run() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        PullOptions wanted = remembered();
        BundleJson json = ownJson();
        Map<String, String> own = json.sums();
        var selection = Selection.of(model, listing, options.precision(), json.files(), around.catalogue());
        List<HubFile> facts = files(selection.facts());
        List<HubFile> graphs = files(selection.graphs());
        List<HubFile> all = Stream.concat(facts.stream(), graphs.stream()).toList();
        json.complete(
                new Origin(model, listing.commit(), around.settings().endpoint().toString()),
                around.catalogue().of(model.repository()),
                wanted);
        var assembly = assembly();
        checkSizes(all, assembly);
        around.progress().start(model, all.stream().mapToLong(HubFile::size).sum());
        int parallel = around.settings().limits().parallel();
        assembly.bring(facts, parallel);
        json.list(Map.of());
        json.write(folder);
        check(Precision.FP32);
        assembly.bring(graphs, parallel);
        assembly.clear(all);
        // What its maker listed stays listed, and is held against what came.
        Map<String, String> sums = assembly.sums(all);
        own.forEach((file, sum) -> sums.computeIfPresent(file, (path, found) -> sum));
        json.list(sums);
        json.write(folder);
        check(options.precision());
        around.cache().publish(model, listing.commit(), options.precision());
    }

    /** What is wanted; of a model that is mended, or whose pull was cut off, with what was said then. */
    private PullOptions remembered() throws IOException {
        Path before = folder.resolve(BundleJson.FILE);
        if (!Files.exists(before)) {
            return options;
        }
        try {
            return BundleJson.read(before, model, around.settings().limits())
                    .logitScale()
                    .map(options::or)
                    .orElse(options);
        } catch (HubException e) {
            // What it said is lost with it.
            return options;
        }
    }

    private BundleJson ownJson() throws IOException, InterruptedException {
        Optional<Entry> entry = listing.find(BundleJson.FILE);
        if (entry.isEmpty()) {
            return BundleJson.empty();
        }
        List<HubFile> files = files(List.of(entry.get()));
        if (files.getFirst().size() > around.settings().limits().metadata()) {
            throw tooLarge("the bundle.json of " + model + " is");
        }
        Files.deleteIfExists(folder.resolve(BundleJson.FILE));
        assembly().bring(files, 1);
        return BundleJson.read(
                folder.resolve(BundleJson.FILE), model, around.settings().limits());
    }

    private Assembly assembly() {
        return new Assembly(
                model,
                folder,
                this::elsewhere,
                around.api().map(api -> new Download(model, listing.commit(), api, around.patience())),
                around.progress());
    }

    /** Its other precisions have the same tokenizer; Hugging Face's library may have all. */
    private List<Path> elsewhere(String path) {
        List<Path> places = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            places.add(around.cache().bundle(model, listing.commit(), precision).resolve(path));
        }
        around.huggingFace().file(model, listing.commit(), path).ifPresent(places::add);
        return places;
    }

    private List<HubFile> files(List<Entry> entries) throws InterruptedException {
        List<HubFile> files = new ArrayList<>();
        for (Entry entry : entries) {
            Optional<HubApi> api = around.api();
            // A name that is not safe is not asked for either.
            Entry known = api.isPresent() && HubFile.isSafe(entry.path())
                    ? api.get().completed(model, listing.commit(), entry)
                    : entry;
            files.add(known.wanted(model));
        }
        return files;
    }

    private void checkSizes(List<HubFile> files, Assembly assembly) throws IOException {
        HubLimits limits = around.settings().limits();
        if (files.size() > limits.files()) {
            throw tooLarge(model + " has " + files.size() + " files, more than " + limits.files() + ":");
        }
        long total = 0;
        for (HubFile file : files) {
            total = file.size() > limits.total() ? limits.total() + 1 : total + file.size();
            if (total > limits.total()) {
                throw tooLarge(model + " is larger than " + Sizes.of(limits.total()) + ":");
            }
        }
        long missing = assembly.missing(files);
        long free = Files.getFileStore(folder).getUsableSpace();
        if (missing > free) {
            throw new HubException(
                    Reason.TOO_LARGE,
                    model + " needs " + Sizes.of(missing) + " more in "
                            + around.cache().root() + ", where " + Sizes.of(free) + " are free.",
                    "Make room, remove models by clipserve models remove, or name another folder by"
                            + " CLIPSERVE_HOME.");
        }
    }

    private static HubException tooLarge(String what) {
        return new HubException(
                Reason.TOO_LARGE,
                what + " too large for a model that is pulled.",
                "Download it by other means, and name its folder.");
    }

    /** Reads the bundle as a start would, which verifies each file that is listed. */
    private void check(Precision precision) {
        try {
            ModelBundle.read(new BundleFiles.Folder(folder), precision);
        } catch (BundleException e) {
            throw new HubException(
                    Reason.UNUSABLE,
                    model + " cannot be used as it is. " + e.getMessage(),
                    "Tell who made it; docs/model-bundle.md says what a bundle needs.",
                    e);
        }
    }
}
