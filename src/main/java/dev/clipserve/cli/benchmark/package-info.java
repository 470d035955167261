/** Load for a service, and what it answered: in a closed loop or an open one. Imports nothing of the others. */
@NullMarked
package dev.clipserve.cli.benchmark;

import org.jspecify.annotations.NullMarked;
