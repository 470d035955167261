/**
 * OpenAI's embeddings API on the same service: {@code /v1/embeddings} for texts, and for images as data URIs as
 * infinity takes them, and {@code /v1/models}.
 *
 * <p>Translates requests, answers and errors, and does nothing else; imports {@code api} and what {@code api} imports.
 */
@NullMarked
package dev.clipserve.api.dialect.openai;

import org.jspecify.annotations.NullMarked;
