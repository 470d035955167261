package dev.clipserve;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class MeterConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withUserConfiguration(MeterConfiguration.class)
            .withConfiguration(
                    AutoConfigurations.of(MetricsAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class));

    private static List<Double> buckets(MeterRegistry registry, String timer) {
        return Arrays.stream(
                        Timer.builder(timer).register(registry).takeSnapshot().histogramCounts())
                .map((CountAtBucket bucket) -> bucket.bucket(TimeUnit.MILLISECONDS))
                .toList();
    }

    @Test
    void histogramBuckets_ofOperatorsChoice_areThose() {
        runner.withPropertyValues("management.metrics.distribution.slo.clipserve.score=1ms,2ms")
                .run(context -> {
                    MeterRegistry registry = context.getBean(MeterRegistry.class);
                    assertThat(buckets(registry, "clipserve.score")).containsExactly(1.0, 2.0);
                    assertThat(buckets(registry, "clipserve.image.decode")).hasSize(16);
                });
    }

    @Test
    void histogramBuckets_ofOtherTimers_areNone() {
        runner.run(context -> assertThat(buckets(context.getBean(MeterRegistry.class), "clipserve.text.tokenize"))
                .isEmpty());
    }
}
