package dev.clipserve.fetch;

import dev.clipserve.batching.Deadline;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Who tells the addresses of names. */
@FunctionalInterface
interface Names {

    /**
     * All addresses of a name, at least one.
     *
     * @throws UnknownHostException if there are none, or they are not known in time
     * @throws FetchException if too many others are being looked up
     */
    List<InetAddress> lookUp(String name, Deadline deadline) throws UnknownHostException;
}
