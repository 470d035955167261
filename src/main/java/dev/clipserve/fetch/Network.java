package dev.clipserve.fetch;

import java.net.InetAddress;
import java.security.NoSuchAlgorithmException;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

/**
 * What is outside: who tells the addresses of names, which addresses may be connected to, and whose certificates are
 * trusted.
 */
record Network(Names names, Predicate<InetAddress> mayReach, SSLContext tls) {

    /** The internet, as the system and the JVM know it. */
    static Network internet(int lookups) {
        try {
            return new Network(new SystemNames(lookups), new PublicAddresses(), SSLContext.getDefault());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("The JVM's certificates cannot be loaded", e);
        }
    }
}
