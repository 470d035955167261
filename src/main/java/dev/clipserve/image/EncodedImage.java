package dev.clipserve.image;

import java.io.IOException;

/** An image of which nothing but the header has been read. */
interface EncodedImage {

    ImageFormat format();

    /** Width as stored, before any rotation; straight from the header, so anything from 1 to 2^32. */
    long width();

    /** Height as stored, before any rotation; straight from the header, so anything from 1 to 2^32. */
    long height();

    /**
     * How many bytes decoding holds at its peak, the decoder's own memory and its copies of the file included; at least
     * one a pixel. Only asked where the pixels fit into an array.
     */
    long decodeBytes();

    /** How many pixels, where their number fits. */
    default long pixels() {
        return width() * height();
    }

    Orientation orientation();

    /**
     * Decodes the pixels as stored, not yet turned upright. Broken bytes may surface as any exception at all; size and
     * memory have been checked by the caller.
     *
     * @param wanted the pixels that will be read, as stored; a format that can save work leaves out the others
     */
    RgbImage decode(Window wanted, TimeLimit deadline) throws IOException;
}
