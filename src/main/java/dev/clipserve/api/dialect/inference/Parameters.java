package dev.clipserve.api.dialect.inference;

import dev.clipserve.api.JsonFields;
import dev.clipserve.api.ProblemException;
import dev.clipserve.api.RequestFields;
import java.util.Optional;
import java.util.Set;

/** The {@code parameters} of a request, an input or an output. */
final class Parameters {

    private static final String SHARED_MEMORY = "shared_memory";

    private Parameters() {}

    /** The parameters, where there are any; what means nothing here is refused. */
    static Optional<JsonFields> of(JsonFields owner, Set<String> allowed) {
        Optional<JsonFields> parameters = owner.object("parameters");
        parameters.ifPresent(given -> check(given, allowed));
        return parameters;
    }

    private static void check(JsonFields given, Set<String> allowed) {
        if (given.names().stream().anyMatch(name -> name.startsWith(SHARED_MEMORY))) {
            throw ProblemException.invalid("Shared memory is not supported; send the data in the body.");
        }
        try {
            RequestFields.allowOnly(allowed, given.names());
        } catch (ProblemException e) {
            throw e.at("In 'parameters'");
        }
    }
}
