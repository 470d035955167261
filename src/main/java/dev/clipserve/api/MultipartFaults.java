package dev.clipserve.api;

import org.apache.tomcat.util.http.fileupload.impl.FileCountLimitExceededException;
import org.apache.tomcat.util.http.fileupload.impl.SizeException;
import org.jspecify.annotations.Nullable;

/** Tells a form over a limit from a broken one by what Tomcat threw underneath. */
final class MultipartFaults {

    private MultipartFaults() {}

    static boolean isLimit(Throwable e) {
        for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SizeException || cause instanceof FileCountLimitExceededException) {
                return true;
            }
        }
        return false;
    }
}
