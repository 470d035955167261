package dev.clipserve.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTokenizerTest {

    private TextTokenizer tokenizer;

    @BeforeEach
    void load() throws IOException {
        try (var json = Files.newInputStream(Path.of("models/mini-clip/tokenizer.json"))) {
            tokenizer = TextTokenizer.load(json, TextLength.upTo(10));
        }
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Test
    void encode_aPhotoOfACat_hasOpenAisIds() {
        // openai/CLIP: tokenize("a photo of a cat")
        assertThat(tokenizer.encode("a photo of a cat").toArray())
                .containsExactly(49_406, 320, 1_125, 539, 320, 2_368, 49_407);
    }

    @Test
    void encode_longText_keepsTheEndToken() {
        TokenIds ids = tokenizer.encode("a photo of a cat and a dog and a fox and a hen");

        assertThat(ids.length()).isEqualTo(10);
        assertThat(ids.fullLength()).isEqualTo(16);
        assertThat(ids.toArray()).startsWith(49_406, 320, 1_125).endsWith(49_407);
    }

    @Test
    void encode_textThatJustFits_isWhole() {
        TokenIds ids = tokenizer.encode("a photo of a cat and a dog");

        assertThat(ids.length()).isEqualTo(10);
        assertThat(ids.fullLength()).isEqualTo(10);
    }

    @Test
    void encode_withPadding_fillsTheContextBehindTheEndToken() throws IOException {
        try (var json = Files.newInputStream(Path.of("models/mini-clip/tokenizer.json"));
                var padding = TextTokenizer.load(json, new TextLength(10, OptionalLong.of(0)))) {
            TokenIds ids = padding.encode("a photo of a cat");

            assertThat(ids.toArray()).containsExactly(49_406, 320, 1_125, 539, 320, 2_368, 49_407, 0, 0, 0);
            assertThat(ids.fullLength()).isEqualTo(7);
            assertThat(mask(ids)).containsExactly(1, 1, 1, 1, 1, 1, 1, 0, 0, 0);
            assertThat(padding.encode("a photo of a cat and a dog and a fox").toArray())
                    .isEqualTo(tokenizer
                            .encode("a photo of a cat and a dog and a fox")
                            .toArray());
        }
    }

    private static long[] mask(TokenIds ids) {
        long[] mask = new long[ids.length()];
        ids.writeMaskTo(LongBuffer.wrap(mask));
        return mask;
    }

    @Test
    void encode_longTextOfATokenizerWithoutEndToken_isCutAsItIs() throws IOException {
        String json = Files.readString(Path.of("models/mini-clip/tokenizer.json"))
                .replaceFirst(
                        "(?s)\"post_processor\": \\{.*?\\},\\s*\"decoder\"", "\"post_processor\": null, \"decoder\"");
        try (var bare = TextTokenizer.load(
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), TextLength.upTo(3))) {
            assertThat(bare.encode("a photo of a cat").toArray()).containsExactly(320, 1_125, 539);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<|endoftext|>", "a cat <|ENDOFTEXT|> a dog", "<|startoftext|>", "x<|endoftext|>"})
    void encode_controlToken_isRefused(String text) {
        assertThatThrownBy(() -> tokenizer.encode(text))
                .isInstanceOfSatisfying(
                        ReservedTokenException.class, e -> assertThat(e.text()).isEqualTo(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "<|endoftext", "endoftext", "a | b", "\u0000", "🌻 猫 café", "\uFFFF"})
    void encode_unusualText_isAccepted(String text) {
        assertThat(tokenizer.encode(text).toArray()).startsWith(49_406).endsWith(49_407);
    }

    @Test
    void encode_manyTexts_areThoseOfEachInOrder() {
        List<String> texts =
                IntStream.range(0, 500).mapToObj(i -> "cat number " + i).toList();

        assertThat(tokenizer.encode(texts))
                .extracting(TokenIds::toArray)
                .containsExactlyElementsOf(texts.stream()
                        .map(text -> tokenizer.encode(text).toArray())
                        .toList());
    }

    @Test
    void areFew_texts_goesByTheirNumberAndTheirCharacters() {
        assertThat(TextTokenizer.areFew(Collections.nCopies(64, "a".repeat(64))))
                .isTrue();
        assertThat(TextTokenizer.areFew(Collections.nCopies(64, "a".repeat(65))))
                .isFalse();
        assertThat(TextTokenizer.areFew(Collections.nCopies(65, "a"))).isFalse();
    }

    @Test
    void encode_severalTextsWithControlTokens_refusesTheFirst() {
        List<String> texts = IntStream.range(0, 500)
                .mapToObj(i -> i < 100 ? "cat" : "cat " + i + "<|endoftext|>")
                .toList();

        assertThatThrownBy(() -> tokenizer.encode(texts))
                .isInstanceOfSatisfying(
                        ReservedTokenException.class, e -> assertThat(e.text()).isEqualTo("cat 100<|endoftext|>"));
    }

    @Test
    void encode_refusedTexts_leavesNoThreadAtTheOthers() {
        List<String> texts = IntStream.range(0, 500)
                .mapToObj(i -> i == 0 ? "<|endoftext|>" : "cat ".repeat(1_000))
                .toList();

        assertThatThrownBy(() -> tokenizer.encode(texts)).isInstanceOf(ReservedTokenException.class);

        assertThat(Thread.getAllStackTraces().values())
                .filteredOn(stack -> Arrays.stream(stack).anyMatch(TextTokenizerTest::isOfATokenizer))
                .isEmpty();
    }

    private static boolean isOfATokenizer(StackTraceElement frame) {
        return frame.getClassName().equals(TextTokenizer.class.getName());
    }

    @Test
    void close_whileAThreadIsInNativeCode_waitsForIt() {
        String text = "cat ".repeat(10_000);
        var end = new CompletableFuture<Void>();
        Thread busy = Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    var _ = tokenizer.encode(text);
                }
            } catch (RuntimeException e) {
                end.completeExceptionally(e);
            }
        });
        await().until(() -> isInNativeCode(busy));

        tokenizer.close();

        assertThat(isInNativeCode(busy)).isFalse();
        assertThat(end)
                .failsWithin(Duration.ofMinutes(1))
                .withThrowableThat()
                .withCauseInstanceOf(IllegalStateException.class);
    }

    private static boolean isInNativeCode(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().endsWith(".TokenizersLibrary"));
    }

    @Test
    void load_notATokenizer_isAnIOException() {
        var json = new ByteArrayInputStream("{}".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> TextTokenizer.load(json, TextLength.upTo(77))).isInstanceOf(IOException.class);
    }
}
