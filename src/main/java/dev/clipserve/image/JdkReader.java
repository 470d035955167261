package dev.clipserve.image;

import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/** The JDK's own image readers, found by class name so that no plugin on the class path can take their place. */
enum JdkReader {
    JPEG("com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi"),
    TIFF("com.sun.imageio.plugins.tiff.TIFFImageReaderSpi");

    private final ImageReaderSpi provider;

    JdkReader(String className) {
        ImageIO.setUseCache(false);
        provider = IIORegistry.getDefaultInstance()
                .getServiceProviders(
                        ImageReaderSpi.class, spi -> spi.getClass().getName().equals(className), false)
                .next();
    }

    /** A reader of its own for each decode. */
    ImageReader create() throws java.io.IOException {
        return provider.createReaderInstance();
    }
}
