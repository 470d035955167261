/**
 * Image bytes → decoded, limited, upright pixels → {@link dev.clipserve.image.PixelValues}.
 *
 * <p>Knows nothing of models, HTTP or Spring. Imports the JDK's ImageIO and the TwelveMonkeys plugins only.
 */
@NullMarked
package dev.clipserve.image;

import org.jspecify.annotations.NullMarked;
