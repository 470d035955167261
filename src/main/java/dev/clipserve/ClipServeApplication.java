package dev.clipserve;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.data.autoconfigure.metrics.DataRepositoryMetricsAutoConfiguration;
import org.springframework.boot.data.autoconfigure.web.DataWebAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisReactiveAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisRepositoriesAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.health.DataRedisHealthContributorAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.health.DataRedisReactiveHealthContributorAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.observation.LettuceObservationAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;

/** The entry point of the service, and of the commands that do without it. */
@SpringBootApplication(
        exclude = {
            // The store of label sets imports what it needs where it is Redis; the others come along unasked.
            DataRedisAutoConfiguration.class,
            DataRedisHealthContributorAutoConfiguration.class,
            DataRedisReactiveAutoConfiguration.class,
            DataRedisReactiveHealthContributorAutoConfiguration.class,
            DataRedisRepositoriesAutoConfiguration.class,
            LettuceObservationAutoConfiguration.class,
            DataRepositoryMetricsAutoConfiguration.class,
            DataWebAutoConfiguration.class,
            TransactionAutoConfiguration.class,
            TransactionManagerCustomizationAutoConfiguration.class
        })
@ConfigurationPropertiesScan
public class ClipServeApplication {

    /**
     * Does what the first argument says, if it is a command; else starts the service. Arguments of the service are
     * Spring's, such as {@code --clipserve.model.path=models/mini-clip}.
     */
    public static void main(String[] args) {
        FirstWord word = FirstWord.of(args);
        switch (word) {
            case NONE -> SpringApplication.run(ClipServeApplication.class, args);
            case SERVE -> SpringApplication.run(ClipServeApplication.class, FirstWord.others(args));
            case COMMAND -> System.exit(CommandLineStart.run(args));
        }
    }
}
