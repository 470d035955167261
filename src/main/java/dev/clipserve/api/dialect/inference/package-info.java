/**
 * The Open Inference Protocol v2, as KServe and Triton speak it, with Triton's binary tensors: another wording of what
 * the native contract offers.
 *
 * <p>Inputs are encoded images and texts, not pixels and tokens, so that a client of this protocol gets the same
 * numbers as every other. Imports {@code api} and below; nothing but the root imports it.
 */
@NullMarked
package dev.clipserve.api.dialect.inference;

import org.jspecify.annotations.NullMarked;
