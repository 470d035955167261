package dev.clipserve.cli;

import dev.clipserve.clip.Precision;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which model works. */
final class ModelOptions {

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description =
                    "A bundle's folder, hf:OWNER/NAME[@REVISION], or the name of a model that was pulled or is in the"
                            + " catalogue; left out, what clipserve.model.path says, or the model that ships.")
    private @Nullable String model;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            completionCandidates = Precisions.class,
            description = "fp32, fp16 or int8, where the bundle has it.")
    private @Nullable Precision precision;

    /** The precisions, as they are typed. */
    static final class Precisions implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Precision.values()).map(Precision::label).iterator();
        }
    }

    ModelChoice choice() {
        return new ModelChoice(Optional.ofNullable(model), Optional.ofNullable(precision));
    }
}
