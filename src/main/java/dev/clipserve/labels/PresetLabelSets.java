package dev.clipserve.labels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The sets that ship with the service; each file says where its labels come from, and under which licence. */
public final class PresetLabelSets {

    private static final List<String> FILES = List.of("cifar-10.yaml", "cifar-100.yaml", "imagenet-1k.yaml");

    private PresetLabelSets() {}

    /** All of them. */
    public static List<LabelSet> read() {
        return FILES.stream().map(PresetLabelSets::readOne).toList();
    }

    private static LabelSet readOne(String file) {
        String resource = "/label-sets/" + file;
        try (InputStream in = PresetLabelSets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            return LabelSetFiles.read(file, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
