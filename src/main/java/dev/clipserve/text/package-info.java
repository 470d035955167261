/**
 * Text → {@link dev.clipserve.text.TokenIds}, by the bundle's own {@code tokenizer.json}.
 *
 * <p>The only importer of {@code ai.djl}, the Java binding of the Hugging Face tokenizers library.
 */
@NullMarked
package dev.clipserve.text;

import org.jspecify.annotations.NullMarked;
