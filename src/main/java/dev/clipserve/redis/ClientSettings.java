package dev.clipserve.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How connections to Redis behave where the client's defaults suit a cache on which nobody waits. */
public final class ClientSettings {

    /** Between attempts to connect again; the default of 30 seconds is how long a Redis that is back is not used. */
    private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofSeconds(1);

    private ClientSettings() {}

    /** Commands fail at once while there is no connection, instead of waiting for one until they time out. */
    public static void failWhileDisconnected(ClientOptions.Builder options) {
        options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS);
    }

    /** A lost connection is back soon after Redis is. */
    public static void reconnectSoon(ClientResources.Builder resources) {
        resources.reconnectDelay(Delay.exponential(Duration.ZERO, LONGEST_RECONNECT_DELAY, 2, TimeUnit.MILLISECONDS));
    }
}
