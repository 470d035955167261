package dev.clipserve.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.time.Duration;
import java.util.List;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** Connections to a server of a test, with the service's settings. */
final class RedisConnections implements AutoCloseable {

    private final ClientResources resources;
    private final LettuceConnectionFactory factory;

    private RedisConnections(RedisConfiguration server, ClientOptions.Builder options) {
        ClientResources.Builder builder = DefaultClientResources.builder();
        ClientSettings.reconnectSoon(builder);
        ClientSettings.failWhileDisconnected(options);
        resources = builder.build();
        factory = new LettuceConnectionFactory(
                server,
                LettuceClientConfiguration.builder()
                        .clientResources(resources)
                        .clientOptions(
                                options.timeoutOptions(TimeoutOptions.enabled()).build())
                        .commandTimeout(Duration.ofSeconds(10))
                        .build());
        factory.afterPropertiesSet();
        factory.start();
    }

    static RedisConnections to(RedisServer server) {
        return to(server, "");
    }

    static RedisConnections to(RedisServer server, String password) {
        var configuration = new RedisStandaloneConfiguration("127.0.0.1", server.port());
        configuration.setPassword(password);
        return new RedisConnections(configuration, ClientOptions.builder());
    }

    static RedisConnections toCluster(RedisServer server) {
        var configuration = new RedisClusterConfiguration(List.of("127.0.0.1:" + server.port()));
        return new RedisConnections(configuration, ClusterClientOptions.builder());
    }

    RedisConnectionFactory factory() {
        return factory;
    }

    @Override
    public void close() {
        factory.stop();
        resources.shutdown().syncUninterruptibly();
    }
}
