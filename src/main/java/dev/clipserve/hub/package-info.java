/**
 * Models from a hub that speaks as Hugging Face's does: naming, pulling, verifying, listing and removing them.
 *
 * <p>A model is in the cache wholly or not at all: files are fetched beside it, verified, and put in its place
 * together.
 *
 * <p>Imports {@code clip}, which reads what was pulled, and Apache's HTTP client; knows nothing of command lines or
 * Spring.
 */
@NullMarked
package dev.clipserve.hub;

import org.jspecify.annotations.NullMarked;
