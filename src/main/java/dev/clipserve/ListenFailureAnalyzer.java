package dev.clipserve;

import java.net.SocketException;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.WebServerException;

/** Says at start-up, without a stack trace, why the service cannot listen; of ports in use, Spring Boot says it. */
class ListenFailureAnalyzer extends AbstractFailureAnalyzer<WebServerException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, WebServerException cause) {
        if (cause instanceof PortInUseException) {
            return null;
        }
        SocketException refused = findCause(cause, SocketException.class);
        if (refused != null) {
            return new FailureAnalysis(
                    "The service cannot listen at its address and port: " + refused.getMessage(),
                    "Let server.address be an address of this machine, or leave it out to listen at all of them; and let"
                            + " server.port be above 1023, unless the process may use lower ones. If management.server.address and"
                            + " management.server.port are set, the same goes for them.",
                    cause);
        }
        FileSystemException folder = findCause(cause, FileSystemException.class);
        return folder == null
                ? null
                : new FailureAnalysis(
                        "The service needs a folder for temporary files: " + cause.getMessage(),
                        "Let the process write there, or name another folder with -Djava.io.tmpdir=FOLDER before -jar.",
                        cause);
    }
}
