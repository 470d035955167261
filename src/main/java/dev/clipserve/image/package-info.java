/**
 * Image bytes → decoded, limited, upright pixels → {@link dev.clipserve.image.PixelValues}.
 *
 * <p>Knows nothing of models, HTTP or Spring. Imports the JDK's ImageIO, the image libraries' plugins, Micrometer and,
 * for who waits to decode, {@code batching} only.
 */
@NullMarked
package dev.clipserve.image;

import org.jspecify.annotations.NullMarked;
