/**
 * Hugging Face's zero-shot image classification on the same service: {@code POST /models/{model}}, as its inference API
 * and its clients have it.
 *
 * <p>Translates requests, answers and errors, and does nothing else; imports {@code api} and what {@code api} imports.
 */
@NullMarked
package dev.clipserve.api.dialect.huggingface;

import org.jspecify.annotations.NullMarked;
