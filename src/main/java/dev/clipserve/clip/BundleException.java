package dev.clipserve.clip;

/** A model bundle cannot be used; the message names the file, what is wrong with it and what it does contain. */
public final class BundleException extends RuntimeException {

    /**
     * A fault in one file of a bundle.
     *
     * @param bundle where the bundle is
     * @param file the file's path inside the bundle
     */
    BundleException(String bundle, String file, String fault) {
        super("Model bundle " + bundle + ": " + file + " " + fault);
    }

    BundleException(String bundle, String file, String fault, Throwable cause) {
        super("Model bundle " + bundle + ": " + file + " " + fault, cause);
    }
}
