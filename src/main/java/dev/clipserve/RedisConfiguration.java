package dev.clipserve;

import dev.clipserve.labels.LabelSetStore;
import dev.clipserve.redis.ClientSettings;
import dev.clipserve.redis.RedisLabelSetStore;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.health.DataRedisHealthContributorAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Wires Redis as the store of label sets, if it is to be; else nothing of it is there. {@link ClipServeApplication}
 * leaves out the automatic configurations that are imported here.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "clipserve.label-sets.store", havingValue = "redis")
@Import({DataRedisAutoConfiguration.class, DataRedisHealthContributorAutoConfiguration.class})
class RedisConfiguration {

    @Bean
    LettuceClientOptionsBuilderCustomizer redisFailures() {
        return ClientSettings::failWhileDisconnected;
    }

    @Bean
    ClientResourcesBuilderCustomizer redisReconnects() {
        return ClientSettings::reconnectSoon;
    }

    @Bean
    LabelSetStore redisLabelSetStore(RedisConnectionFactory connections, ClipServeProperties properties) {
        return new RedisLabelSetStore(
                connections, properties.labelSets().redis().prefix());
    }
}
