package dev.clipserve.image;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Formats that are known by their first bytes but not decoded, so that a caller hears "HEIC is not supported" rather
 * than "not an image". Nothing in them is parsed.
 *
 * @param name the name as people write it
 * @param offset where the magic bytes begin
 * @param magic the magic bytes, one char each
 */
record ForeignFormat(String name, int offset, String magic) {

    private static final int LOOKED_AT = 4_096;

    private static final List<ForeignFormat> KNOWN = List.of(
            new ForeignFormat("AVIF", 4, "ftypavif"),
            new ForeignFormat("AVIF", 4, "ftypavis"),
            new ForeignFormat("HEIC", 4, "ftyphei"),
            new ForeignFormat("HEIC", 4, "ftyphev"),
            new ForeignFormat("HEIF", 4, "ftypmif1"),
            new ForeignFormat("HEIF", 4, "ftypmsf1"),
            new ForeignFormat("Canon raw", 4, "ftypcrx "),
            new ForeignFormat("JPEG 2000", 0, "\0\0\0\fjP  \r\n\u0087\n"),
            new ForeignFormat("JPEG 2000", 0, "\u00ffO\u00ffQ"),
            new ForeignFormat("JPEG XL", 0, "\0\0\0\fJXL \r\n\u0087\n"),
            new ForeignFormat("JPEG XL", 0, "\u00ff\n"),
            new ForeignFormat("JPEG XR", 0, "II\u00bc"),
            new ForeignFormat("BigTIFF", 0, "II+\0"),
            new ForeignFormat("BigTIFF", 0, "MM\0+"),
            new ForeignFormat("PDF", 0, "%PDF-"),
            new ForeignFormat("PostScript", 0, "%!PS"),
            new ForeignFormat("PostScript", 0, "\u00c5\u00d0\u00d3\u00c6"),
            new ForeignFormat("Photoshop", 0, "8BPS"),
            new ForeignFormat("GIMP", 0, "gimp xcf"),
            new ForeignFormat("icon", 0, "\0\0\1\0"),
            new ForeignFormat("cursor", 0, "\0\0\2\0"),
            new ForeignFormat("icon", 0, "icns"),
            new ForeignFormat("OpenEXR", 0, "v/1\1"),
            new ForeignFormat("Radiance HDR", 0, "#?RADIANCE"),
            new ForeignFormat("DDS", 0, "DDS "),
            new ForeignFormat("QOI", 0, "qoif"),
            new ForeignFormat("MNG", 0, "\u008aMNG\r\n\u001a\n"),
            new ForeignFormat("DjVu", 0, "AT&TFORM"));

    /** The known format of these bytes, if any. */
    static Optional<String> nameOf(byte[] bytes) {
        String start = latin1(bytes, 0, Math.min(bytes.length, LOOKED_AT));
        // First, because a TGA may begin as a cursor does.
        if (isTarga(bytes)) {
            return Optional.of("TGA");
        }
        return KNOWN.stream()
                .filter(format -> start.startsWith(format.magic, format.offset))
                .map(ForeignFormat::name)
                .findFirst()
                .or(() -> isSvg(start) ? Optional.of("SVG") : Optional.empty())
                .or(() -> isNetpbm(start) ? Optional.of("Netpbm") : Optional.empty())
                .or(() -> isPcx(start) ? Optional.of("PCX") : Optional.empty());
    }

    private static boolean isSvg(String start) {
        String text = start.replace("\u00ef\u00bb\u00bf", "").strip().toLowerCase(Locale.ROOT);
        boolean xml = text.startsWith("<?xml") || text.startsWith("<!--") || text.startsWith("<!doctype svg");
        return text.startsWith("<svg") || (xml && text.contains("<svg"));
    }

    private static boolean isNetpbm(String start) {
        return start.length() > 2
                && start.charAt(0) == 'P'
                && "1234567Ff".indexOf(start.charAt(1)) >= 0
                && Character.isWhitespace(start.charAt(2));
    }

    private static boolean isPcx(String start) {
        return start.length() > 128
                && start.charAt(0) == '\n'
                && "\0\2\3\4\5".indexOf(start.charAt(1)) >= 0
                && start.charAt(2) == 1
                && "\1\2\4\b".indexOf(start.charAt(3)) >= 0;
    }

    private static boolean isTarga(byte[] bytes) {
        String footer = "TRUEVISION-XFILE.\0";
        int from = bytes.length - footer.length();
        return from > 0 && latin1(bytes, from, footer.length()).equals(footer);
    }

    private static String latin1(byte[] bytes, int from, int length) {
        return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }
}
