package dev.clipserve.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.batching.Deadline;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SystemNamesTest {

    private final SystemNames names = new SystemNames(2);

    @Test
    void lookUp_localhost_isLoopback() throws UnknownHostException {
        assertThat(names.lookUp("localhost", Deadline.after(Duration.ofMinutes(1))))
                .isNotEmpty()
                .allMatch(InetAddress::isLoopbackAddress);
    }

    @Test
    void lookUp_nameThatCannotBe_isUnknown() {
        assertThatThrownBy(() -> names.lookUp("a..b", Deadline.after(Duration.ofMinutes(1))))
                .isInstanceOf(UnknownHostException.class);
    }

    @Test
    void lookUp_noTimeLeft_isUnknown() {
        assertThatThrownBy(() -> names.lookUp("nobody.invalid", Deadline.after(Duration.ZERO)))
                .isInstanceOf(UnknownHostException.class);
    }

    /**
     * One hangs, and one waits that nobody waits for any more. The host is none the worse, and may be asked for again.
     */
    @Test
    void lookUp_othersHang_isBusy() throws Exception {
        var begun = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        var hanging = new SystemNames(1, name -> {
            begun.countDown();
            end.await();
            return new InetAddress[] {InetAddress.getLoopbackAddress()};
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<InetAddress>> first =
                    threads.submit(() -> hanging.lookUp("a.example", Deadline.after(Duration.ofMinutes(1))));
            begun.await();
            assertThatThrownBy(() -> hanging.lookUp("b.example", Deadline.after(Duration.ZERO)))
                    .isInstanceOf(UnknownHostException.class);

            assertThatThrownBy(() -> hanging.lookUp("c.example", Deadline.after(Duration.ofMinutes(1))))
                    .isInstanceOfSatisfying(
                            FetchException.class,
                            busy -> assertThat(busy.reason()).isEqualTo(FetchException.Reason.BUSY));

            end.countDown();
            assertThat(first.get()).containsExactly(InetAddress.getLoopbackAddress());
        }
    }
}
