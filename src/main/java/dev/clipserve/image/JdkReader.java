package dev.clipserve.image;

import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/** The JDK's own image readers, found by class name so that no plugin on the class path can take their place. */
final class JdkReader {

    private static final ImageReaderSpi JPEG = find("com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi");
    private static final ImageReaderSpi TIFF = find("com.sun.imageio.plugins.tiff.TIFFImageReaderSpi");

    private JdkReader() {}

    /** A reader for one decode; the caller disposes of it. */
    static ImageReader jpeg() throws IOException {
        return JPEG.createReaderInstance();
    }

    /** A reader for one decode; the caller disposes of it. */
    static ImageReader tiff() throws IOException {
        return TIFF.createReaderInstance();
    }

    private static ImageReaderSpi find(String className) {
        return IIORegistry.getDefaultInstance()
                .getServiceProviders(
                        ImageReaderSpi.class, spi -> spi.getClass().getName().equals(className), false)
                .next();
    }
}
