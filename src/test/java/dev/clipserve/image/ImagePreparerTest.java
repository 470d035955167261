package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.batching.Deadline;
import dev.clipserve.image.EncodedPictures.PngKind;
import dev.clipserve.image.InvalidImageException.Reason;
import dev.clipserve.image.Preprocessing.Exact;
import dev.clipserve.image.Preprocessing.Normalization;
import dev.clipserve.image.Preprocessing.PerChannel;
import dev.clipserve.image.Preprocessing.Size;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ImagePreparerTest {

    private static final Deadline LATER = Deadline.after(Duration.ofMinutes(1));
    private static final ImageLimits LIMITS =
            new ImageLimits(1_000_000, 1_000_000, Duration.ofSeconds(10), EnumSet.allOf(ImageFormat.class));

    @Test
    void prepare_png_tellsFormatAndUprightSizeAndNormalizes() {
        byte[] white = EncodedPictures.png(new PngKind(2, 1, 8, 0, 0), new byte[] {0, -1, -1});
        PreparedImage image = preparer(new DecodeBudget(1, 100_000)).prepare(white, LATER);
        assertThat(image.format()).isEqualTo(ImageFormat.PNG);
        assertThat(image.width()).isEqualTo(2);
        assertThat(image.height()).isEqualTo(1);
        float[] values = new float[image.pixels().size()];
        image.pixels().writeTo(FloatBuffer.wrap(values));
        // (255 / 255 - 0.5) / 0.25
        assertThat(values).hasSize(3 * 4 * 4);
        assertThat(values[0]).isCloseTo(2f, within(1e-6f));
    }

    @Test
    void prepare_pictureThatNeverFitsTheBudget_isTooManyPixels() {
        byte[] png = EncodedPictures.png(new PngKind(100, 100, 8, 2, 0), new byte[30_100]);
        assertThat(preparer(new DecodeBudget(1, 30_720)).prepare(png, LATER).width())
                .isEqualTo(100);
        assertThatThrownBy(() -> preparer(new DecodeBudget(1, 29_696)).prepare(png, LATER))
                .isInstanceOfSatisfying(
                        InvalidImageException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Reason.TOO_MANY_PIXELS))
                .hasMessageContaining("30,600 bytes")
                .hasMessageContaining("29,696");
    }

    @Test
    void prepare_afterAFailure_hasTheWholeBudgetAgain() {
        ImagePreparer preparer = preparer(new DecodeBudget(1, 30_720));
        byte[] empty = EncodedPictures.png(new PngKind(100, 100, 8, 2, 0), new byte[0]);
        byte[] whole = EncodedPictures.png(new PngKind(100, 100, 8, 2, 0), new byte[30_100]);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> preparer.prepare(empty, LATER)).hasMessageContaining("end early");
        }
        assertThat(preparer.prepare(whole, LATER).width()).isEqualTo(100);
    }

    @Test
    void spend_manyCallers_neverExceedsPlacesThreadsOrMemory() throws Exception {
        DecodeBudget budget = new DecodeBudget(3, 10 * 1_024);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger kilobytes = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger mostKilobytes = new AtomicInteger();
        Set<Thread> workers = ConcurrentHashMap.newKeySet();
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Integer>> callers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 40; i++) {
                int share = 1 + i % 8;
                callers.add(threads.submit(() -> {
                    awaitQuietly(start);
                    return budget.spend(share * 1_024L, LATER, LIMITS.decodeTimeout(), () -> {
                        workers.add(Thread.currentThread());
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        mostKilobytes.accumulateAndGet(kilobytes.addAndGet(share), Math::max);
                        takeAMoment();
                        kilobytes.addAndGet(-share);
                        running.decrementAndGet();
                        return share;
                    });
                }));
            }
            start.countDown();
        }
        int spent = 0;
        for (Future<Integer> caller : callers) {
            spent += caller.get();
        }
        // Five callers of each size.
        assertThat(spent).isEqualTo(5 * (1 + 2 + 3 + 4 + 5 + 6 + 7 + 8));
        assertThat(most.get()).isBetween(1, 3);
        assertThat(workers).hasSizeBetween(1, 3);
        assertThat(mostKilobytes.get()).isBetween(1, 10);
        assertThat(running.get()).isZero();
    }

    /** Long enough for the others to come in between. */
    private static void takeAMoment() {
        for (int i = 0; i < 1_000; i++) {
            Thread.onSpinWait();
        }
    }

    /** A virtual thread that computes lets no other go on; all of them together, none at all. */
    @Test
    void spend_byAVirtualThread_isNotDoneOnIt() throws InterruptedException {
        var virtual = new AtomicBoolean(true);
        Thread.startVirtualThread(() -> virtual.set(new DecodeBudget(1, 1_024)
                        .spend(
                                1,
                                LATER,
                                LIMITS.decodeTimeout(),
                                () -> Thread.currentThread().isVirtual())))
                .join();
        assertThat(virtual).isFalse();
    }

    @Test
    void spend_workThatHangs_costsNobodyElse() {
        var budget = new DecodeBudget(1, 10 * 1_024);
        var stuck = new CountDownLatch(1);
        assertThatThrownBy(() -> budget.spend(4_096, LATER, Duration.ofMillis(10), () -> {
                    awaitQuietly(stuck);
                    return "late";
                }))
                .isInstanceOfSatisfying(
                        InvalidImageException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Reason.TOO_SLOW))
                .hasMessageContaining("the limit is 10 ms");

        assertThat(budget.hung()).isEqualTo(1);
        assertThat(budget.spend(
                        6 * 1_024, LATER, LIMITS.decodeTimeout(), () -> "the only turn is free, and so is the rest"))
                .startsWith("the only turn");
        stuck.countDown();
        assertThat(budget.spend(10 * 1_024, LATER, LIMITS.decodeTimeout(), () -> "all is free"))
                .isEqualTo("all is free");
    }

    @Test
    void spend_workThatFails_failsAsItDid() {
        var budget = new DecodeBudget(1, 1_024);
        var fault = new StackOverflowError();
        assertThatThrownBy(() -> budget.spend(1, LATER, LIMITS.decodeTimeout(), () -> {
                    throw fault;
                }))
                .isSameAs(fault);
        assertThat(budget.spend(1_024, LATER, LIMITS.decodeTimeout(), () -> 1)).isEqualTo(1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static ImagePreparer preparer(DecodeBudget budget) {
        var half = new Normalization(1 / 255.0, new PerChannel(0.5, 0.5, 0.5), new PerChannel(0.25, 0.25, 0.25));
        var preprocessing = new Preprocessing(new Exact(new Size(4, 4)), Resample.BICUBIC, null, half);
        return new ImagePreparer(LIMITS, budget, new ImagePreprocessor(preprocessing), new SimpleMeterRegistry());
    }
}
