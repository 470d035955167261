package dev.clipserve;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** Wires what concerns all meters: which times are histograms, with which buckets, and the process's memory. */
@Configuration(proxyBeanMethods = false)
class MeterConfiguration {

    /** Times whose distribution matters; of others count, sum and maximum are told. */
    private static final Set<String> HISTOGRAMS = Set.of(
            "http.server.requests",
            "clipserve.queue.wait",
            "clipserve.batch.run",
            "clipserve.image.decode",
            "clipserve.image.preprocess",
            "clipserve.text.encode",
            "clipserve.score");

    /**
     * Upper bounds, from what scoring takes to the default limit of a request, two or three a decade: each is a series
     * for each combination of tags.
     */
    private static final double[] BUCKETS = Stream.of(
                    "0.00025", "0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1",
                    "2.5", "5", "10", "30")
            .mapToDouble(seconds -> Duration.parse("PT" + seconds + "S").toNanos())
            .toArray();

    /**
     * Before the filter of Spring Boot's {@code management.metrics.distribution.*}, so that an operator's choice holds.
     */
    @Bean
    @Order(-1)
    MeterFilter histogramBuckets() {
        return new MeterFilter() {
            @Override
            public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                return HISTOGRAMS.contains(id.getName())
                        ? DistributionStatisticConfig.builder()
                                .percentilesHistogram(false)
                                .serviceLevelObjectives(BUCKETS)
                                .build()
                                .merge(config)
                        : config;
            }
        };
    }

    @Bean
    ProcessMemory processMemory() {
        return new ProcessMemory(Path.of("/proc/self"));
    }
}
