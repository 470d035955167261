package dev.clipserve.labels;

import dev.clipserve.text.ReservedTokenException;
import dev.clipserve.zeroshot.InvalidLabelsException;
import dev.clipserve.zeroshot.InvalidTemplatesException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Sets that an operator declares in the files of a folder: {@code NAME.yaml}, {@code NAME.yml} or {@code NAME.json},
 * each a definition as {@link LabelSetJson} reads it. Folders, and files that begin with a dot, are not looked at:
 * Kubernetes puts such beside the files of a ConfigMap.
 */
public final class DeclaredLabelSets {

    private static final Logger log = LoggerFactory.getLogger(DeclaredLabelSets.class);

    private final LabelSetRules rules;
    private final TextModel model;

    /**
     * A reader of folders.
     *
     * @param model whose tokenizer has to take the texts
     */
    public DeclaredLabelSets(LabelSetRules rules, TextModel model) {
        this.rules = rules;
        this.model = model;
    }

    /**
     * Reads and checks every set.
     *
     * @throws DeclaredLabelSetException for the first file that is not as it should be
     */
    public List<LabelSet> read(Path folder) {
        Map<String, Path> files = new HashMap<>();
        List<LabelSet> sets = new ArrayList<>();
        for (Path file : files(folder)) {
            String name = LabelSetFiles.nameOf(file.getFileName().toString());
            Path other = files.putIfAbsent(name, file);
            if (other != null) {
                throw new DeclaredLabelSetException(
                        file, "declares the label set '" + name + "', but so does " + other.getFileName());
            }
            sets.add(readOne(file));
        }
        return sets;
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> Files.isRegularFile(file)
                            && !file.getFileName().toString().startsWith("."))
                    .filter(DeclaredLabelSets::isOne)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new DeclaredLabelSetException(folder, "is not a folder that can be read: " + e, e);
        }
    }

    private static boolean isOne(Path file) {
        boolean one = LabelSetFiles.isOne(file.getFileName().toString());
        if (!one) {
            log.warn("{} declares no label set: its name does not end in .yaml, .yml or .json", file);
        }
        return one;
    }

    /** Whether a file's name says that it declares a label set. */
    public static boolean isDeclaration(String file) {
        return LabelSetFiles.isOne(file);
    }

    /**
     * Reads and checks the set of one file.
     *
     * @throws DeclaredLabelSetException if it is not as it should be
     */
    public LabelSet readOne(Path file) {
        try {
            LabelSet set = LabelSetFiles.read(file.getFileName().toString(), Files.readAllBytes(file));
            rules.check(set, model);
            return set;
        } catch (IOException e) {
            throw new DeclaredLabelSetException(file, "cannot be read: " + e, e);
        } catch (JacksonException e) {
            throw new DeclaredLabelSetException(file, "cannot be parsed: " + LabelSetFiles.fault(e), e);
        } catch (LabelSetException | InvalidLabelsException | InvalidTemplatesException | ReservedTokenException e) {
            throw new DeclaredLabelSetException(file, "is no label set: " + e.getMessage(), e);
        }
    }
}
