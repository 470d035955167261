package dev.clipserve.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The first directory (page) of a TIFF, reduced to the tags that tell how pixels are stored, each of them once, and
 * either those of strips or those of tiles. Every value that it keeps lies within the file.
 *
 * @param bytes the file, in its own byte order
 * @param entries indices of the 12-byte entries that are kept, by their tags
 */
record TiffDirectory(ByteBuffer bytes, Map<Integer, Integer> entries) {

    static final int WIDTH = 256;
    static final int HEIGHT = 257;
    static final int BITS = 258;
    static final int COMPRESSION = 259;
    static final int PHOTOMETRIC = 262;
    static final int FILL_ORDER = 266;
    static final int STRIP_OFFSETS = 273;
    static final int ORIENTATION = 274;
    static final int SAMPLES = 277;
    static final int ROWS_PER_STRIP = 278;
    static final int STRIP_COUNTS = 279;
    static final int PLANAR = 284;
    static final int PREDICTOR = 317;
    static final int PALETTE = 320;
    static final int TILE_WIDTH = 322;
    static final int TILE_HEIGHT = 323;
    static final int TILE_OFFSETS = 324;
    static final int TILE_COUNTS = 325;
    static final int EXTRA_SAMPLES = 338;
    static final int SAMPLE_FORMAT = 339;
    static final int JPEG_TABLES = 347;

    /** The photometric interpretation of samples that are indices of colours. */
    static final int PALETTE_COLOR = 3;

    private static final int T4_OPTIONS = 292;
    private static final int T6_OPTIONS = 293;

    private static final Set<Integer> KEPT = Set.of(
            WIDTH,
            HEIGHT,
            BITS,
            COMPRESSION,
            PHOTOMETRIC,
            FILL_ORDER,
            STRIP_OFFSETS,
            SAMPLES,
            ROWS_PER_STRIP,
            STRIP_COUNTS,
            PLANAR,
            T4_OPTIONS,
            T6_OPTIONS,
            PREDICTOR,
            PALETTE,
            TILE_WIDTH,
            TILE_HEIGHT,
            TILE_OFFSETS,
            TILE_COUNTS,
            EXTRA_SAMPLES,
            SAMPLE_FORMAT,
            JPEG_TABLES,
            529,
            530,
            531,
            532 /* YCbCr */);

    private static final Set<Integer> OF_STRIPS = Set.of(STRIP_OFFSETS, STRIP_COUNTS);
    private static final Set<Integer> OF_TILES = Set.of(TILE_HEIGHT, TILE_OFFSETS, TILE_COUNTS);
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int UNDEFINED_BYTES = 7;

    static TiffDirectory first(byte[] file) throws CorruptImageException {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        bytes.order(bytes.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int start = bytes.getInt(4);
        int count = Short.toUnsignedInt(bytes.getShort(start));
        Map<Integer, Integer> entries = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            int entry = Math.addExact(start, 2 + 12 * i);
            int tag = Short.toUnsignedInt(bytes.getShort(entry));
            if (KEPT.contains(tag) && entries.putIfAbsent(tag, entry) == null) {
                requireWithin(bytes, entry);
                requireItsType(tag, bytes.getShort(entry + 2));
            }
        }
        // the JDK's reader would take the size of tiles and the places of strips together
        entries.keySet().removeAll(entries.containsKey(TILE_WIDTH) ? OF_STRIPS : OF_TILES);
        TiffDirectory directory = new TiffDirectory(bytes, entries);
        if (directory.value(PHOTOMETRIC, 0) != PALETTE_COLOR) {
            // the JDK's reader would colour grays by it
            entries.remove(PALETTE);
        }
        return directory;
    }

    /** The JDK's reader passes over a tag of another type, and would go by a default unseen here. */
    private static void requireItsType(int tag, int type) throws CorruptImageException {
        boolean known = switch (tag) {
            case WIDTH, HEIGHT, STRIP_OFFSETS, ROWS_PER_STRIP, STRIP_COUNTS, TILE_WIDTH, TILE_HEIGHT, TILE_COUNTS ->
                type == SHORT || type == LONG;
            case T4_OPTIONS, T6_OPTIONS, TILE_OFFSETS -> type == LONG;
            case JPEG_TABLES -> type == UNDEFINED_BYTES;
            case 529, 530, 531, 532 -> true;
            default -> type == SHORT;
        };
        if (!known) {
            throw new CorruptImageException("tag " + tag + " of its directory has a wrong type");
        }
    }

    private static void requireWithin(ByteBuffer bytes, int entry) throws CorruptImageException {
        long size = Integer.toUnsignedLong(bytes.getInt(entry + 4)) * typeSize(bytes.getShort(entry + 2));
        long start = size <= 4 ? entry + 8L : Integer.toUnsignedLong(bytes.getInt(entry + 8));
        if (size < 1 || start + size > bytes.limit()) {
            throw new CorruptImageException("it is cut short, or its directory is wrong");
        }
    }

    private static int typeSize(int type) {
        return switch (type) {
            case 1, 2, 6, 7 -> 1;
            case 3, 8 -> 2;
            case 4, 9, 11 -> 4;
            case 5, 10, 12 -> 8;
            default -> 0;
        };
    }

    /** The first value of a tag, or the default where the tag is absent. */
    long value(int tag, long absent) {
        return count(tag) == 0 ? absent : value(tag, 0, absent);
    }

    /** How many values a tag has. */
    int count(int tag) {
        Integer entry = entries.get(tag);
        return entry == null ? 0 : bytes.getInt(entry + 4);
    }

    /** How many values all tags have. */
    long values() {
        return entries.keySet().stream().mapToLong(this::count).sum();
    }

    /** One of the values of a tag that is there; the default where its type is no unsigned integer. */
    long value(int tag, int index, long other) {
        int entry = Objects.requireNonNull(entries.get(tag));
        int type = bytes.getShort(entry + 2);
        int size = typeSize(type);
        int values = (long) count(tag) * size <= 4 ? entry + 8 : bytes.getInt(entry + 8);
        int at = values + index * size;
        return switch (type) {
            case 1 -> Byte.toUnsignedLong(bytes.get(at));
            case 3 -> Short.toUnsignedLong(bytes.getShort(at));
            case 4 -> Integer.toUnsignedLong(bytes.getInt(at));
            default -> other;
        };
    }

    /** The bytes of a tag whose values are bytes; nothing where it is absent. */
    Optional<ByteBuffer> data(int tag) {
        Integer entry = entries.get(tag);
        if (entry == null) {
            return Optional.empty();
        }
        int count = count(tag);
        return Optional.of(bytes.slice(count <= 4 ? entry + 8 : bytes.getInt(entry + 8), count));
    }

    /** The file with a directory of the kept tags behind its end, and no further page. */
    ByteBuffer withThisDirectoryOnly() {
        int start = bytes.limit() + bytes.limit() % 2;
        ByteBuffer file =
                ByteBuffer.allocate(start + 2 + 12 * entries.size() + 4).order(bytes.order());
        file.put(0, bytes, 0, bytes.limit());
        file.putInt(4, start).putShort(start, (short) entries.size());
        int to = start + 2;
        for (int entry : entries.values()) {
            file.put(to, bytes, entry, 12);
            to += 12;
        }
        return file;
    }
}
