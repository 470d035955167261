/**
 * How good a model is on images whose labels are known: what the images are, what is counted of the predictions, and
 * the reports. Imports {@code zeroshot} and {@code clip} for what a prediction is, and {@code image} for thumbnails;
 * knows nothing of the command.
 */
@NullMarked
package dev.clipserve.cli.evaluate;

import org.jspecify.annotations.NullMarked;
