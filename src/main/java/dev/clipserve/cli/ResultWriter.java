package dev.clipserve.cli;

import dev.clipserve.api.ClassifyResponse.Result;

/** Writes the results of a classification, image by image. */
interface ResultWriter extends AutoCloseable {

    void write(String image, Result result);

    /** Writes what comes after the last image. */
    @Override
    void close();
}
