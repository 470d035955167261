package dev.clipserve.cli.evaluate;

import dev.clipserve.clip.ContentDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Where an evaluation is kept: its reports, and the embeddings that another run can go on with. */
public record ReportFolder(Path folder) {

    /**
     * The folder, made if need be.
     *
     * @throws InvalidDataException if it is a file
     */
    public static ReportFolder of(Path folder) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new InvalidDataException("The output " + folder + " is a file; name a folder.");
        }
        Files.createDirectories(folder);
        return new ReportFolder(folder);
    }

    /** The embeddings of earlier runs of the same model. */
    public EmbeddingFile embeddings(ContentDigest model, int dimension) throws IOException {
        return EmbeddingFile.open(folder.resolve("embeddings.bin"), model, dimension);
    }

    /** Writes both reports; each is there whole, or as it was before. */
    public void write(EvaluationReport report, Thumbnails thumbnails) throws IOException {
        write("report.json", report.json());
        write("report.html", new HtmlReport(report, thumbnails).page());
    }

    private void write(String name, String content) throws IOException {
        Path unfinished = folder.resolve(name + ".unfinished");
        Files.writeString(unfinished, content);
        Files.move(
                unfinished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
