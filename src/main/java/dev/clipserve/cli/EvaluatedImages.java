package dev.clipserve.cli;

import dev.clipserve.api.ImageOutcome;
import dev.clipserve.batching.Deadline;
import dev.clipserve.cli.evaluate.Dataset;
import dev.clipserve.cli.evaluate.Dataset.Sample;
import dev.clipserve.cli.evaluate.EmbeddingFile;
import dev.clipserve.cli.evaluate.Evaluator;
import dev.clipserve.cli.evaluate.Failure;
import dev.clipserve.cli.evaluate.Printable;
import dev.clipserve.cli.evaluate.ReportFolder;
import dev.clipserve.clip.ContentDigest;
import dev.clipserve.clip.Embedding;
import dev.clipserve.image.ImagePreparer;
import dev.clipserve.zeroshot.ZeroShotModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Embeds the images of an evaluation, of which earlier runs may have left some. */
final class EvaluatedImages {

    private final LoadedModel loaded;
    private final Terminal terminal;
    private final ImageReader reader;

    EvaluatedImages(LoadedModel loaded, Terminal terminal) {
        this.loaded = loaded;
        this.terminal = terminal;
        this.reader = new ImageReader(loaded, terminal.in(), Deadline.after(LoadedModel.PATIENCE));
    }

    /** An image, made known by what tells whether a file is still the same; one that cannot be looked at by nothing. */
    private record Work(Sample sample, @Nullable ContentDigest known) {}

    /** Gives the evaluator all images, in their order. */
    void embed(Dataset data, Optional<ReportFolder> folder, Evaluator evaluator) throws Exception {
        if (folder.isEmpty()) {
            embedAll(data, null, evaluator);
            return;
        }
        try (EmbeddingFile file = folder.get()
                .embeddings(identity(loaded.model()), loaded.model().clip().dimension())) {
            embedAll(data, file, evaluator);
        }
    }

    /** What gives the same embeddings of the same images. */
    private static ContentDigest identity(ZeroShotModel model) {
        return digest(String.join(
                "\n",
                model.digest(),
                model.clip().bundle().precision().label(),
                model.clip().provider(),
                String.valueOf(ImagePreparer.VERSION)));
    }

    private void embedAll(Dataset data, @Nullable EmbeddingFile file, Evaluator evaluator) throws Exception {
        Map<ContentDigest, Embedding> kept = file == null ? Map.of() : file.embeddings();
        var work = data.samples().stream().map(EvaluatedImages::work).toList();
        int before = (int) work.stream()
                .filter(image -> image.known() != null && kept.containsKey(image.known()))
                .count();
        if (before > 0) {
            terminal.say(before + " of " + work.size() + " images are known from an earlier run.");
        }
        try (var bar = new ProgressBar(terminal, work.size(), before)) {
            InOrder.map(work, image -> outcome(image, kept), (image, outcome) -> {
                if (outcome.isPresent()) {
                    take(image, outcome.get(), file, evaluator, bar);
                } else {
                    evaluator.add(image.sample(), Objects.requireNonNull(kept.get(image.known())));
                }
            });
        }
    }

    /** What becomes of an image; empty where its embedding is kept. */
    private Optional<ImageOutcome> outcome(Work image, Map<ContentDigest, Embedding> kept) {
        return image.known() != null && kept.containsKey(image.known())
                ? Optional.empty()
                : Optional.of(reader.embedFile(image.sample().file()));
    }

    private static void take(
            Work image, ImageOutcome outcome, @Nullable EmbeddingFile file, Evaluator evaluator, ProgressBar bar)
            throws IOException {
        switch (outcome) {
            case ImageOutcome.Embedded(var embedded) -> {
                if (file != null && image.known() != null) {
                    file.add(image.known(), embedded.embedding());
                }
                evaluator.add(image.sample(), embedded.embedding());
            }
            case ImageOutcome.Failed(var refused) -> {
                String path = image.sample().file().toString();
                String reason = refused.problem().summary();
                bar.say(Printable.of(path + ": " + reason));
                evaluator.add(new Failure(path, reason));
            }
        }
        bar.step(outcome instanceof ImageOutcome.Embedded);
    }

    private static Work work(Sample sample) {
        return new Work(sample, key(sample.file()));
    }

    private static ContentDigest digest(String text) {
        return ContentDigest.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable ContentDigest key(Path image) {
        try {
            var attributes = Files.readAttributes(image, BasicFileAttributes.class);
            return digest(image.toAbsolutePath().normalize() + "\n" + attributes.size() + "\n"
                    + attributes.lastModifiedTime().toInstant());
        } catch (IOException e) {
            return null;
        }
    }
}
