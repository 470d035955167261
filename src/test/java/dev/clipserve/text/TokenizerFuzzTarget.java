package dev.clipserve.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.Jazzer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Any text of the length that requests may have: the start token, tokens of the vocabulary, the end token, cut to the
 * context, the same each time and beside other texts; refused if it spells out a control token, and only then.
 */
public final class TokenizerFuzzTarget {

    private static final int LONGEST = 2_000;
    private static final int CONTEXT = 77;
    private static final List<String> CONTROL_TOKENS = List.of("<|startoftext|>", "<|endoftext|>");
    private static final TextTokenizer TOKENIZER = load();
    private static final long[] EMPTY = TOKENIZER.ids("");

    private TokenizerFuzzTarget() {}

    private static TextTokenizer load() {
        try (InputStream file = Files.newInputStream(Path.of("models/mini-clip/tokenizer.json"))) {
            return TextTokenizer.load(file, TextLength.upTo(CONTEXT));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What Jazzer calls. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        String decoded = new String(bytes, StandardCharsets.UTF_8);
        String text = decoded.substring(0, decoded.offsetByCodePoints(0, Math.min(LONGEST / 2, codePoints(decoded))));
        long[] all = TOKENIZER.ids(text);
        guide(all);
        try {
            requireFit(all, TOKENIZER.encode(text).toArray());
            assertThat(spellsOut(text)).isFalse();
            requireSameBesideOthers(text);
        } catch (ReservedTokenException refusal) {
            assertThat(spellsOut(text)).as(refusal.getMessage()).isTrue();
            assertThat(refusal.text()).isEqualTo(text);
        }
    }

    private static int codePoints(String text) {
        return text.codePointCount(0, text.length());
    }

    /** The tokenizer is native, so the fuzzer sees nothing of it but what comes out: pairs of tokens, told here. */
    private static void guide(long[] ids) {
        for (int i = 1; i < ids.length; i++) {
            Jazzer.exploreState((byte) ids[i - 1], (int) ids[i]);
        }
    }

    private static boolean spellsOut(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return CONTROL_TOKENS.stream().anyMatch(lower::contains);
    }

    private static void requireFit(long[] all, long[] ids) {
        long start = EMPTY[0];
        long end = EMPTY[1];
        assertThat(all).startsWith(start).endsWith(end);
        assertThat(Arrays.stream(all, 1, all.length - 1)).allMatch(id -> id >= 0 && id < Math.min(start, end));
        long[] expected = Arrays.copyOf(all, Math.min(all.length, CONTEXT));
        expected[expected.length - 1] = end;
        assertThat(ids).isEqualTo(expected);
    }

    private static void requireSameBesideOthers(String text) {
        List<TokenIds> together = TOKENIZER.encode(List.of("a photo of a cat", text, text + " dog"));
        assertThat(together.get(1).toArray()).isEqualTo(TOKENIZER.encode(text).toArray());
    }
}
