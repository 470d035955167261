/**
 * Start-up and wiring: the application, its typed configuration, and the only {@code @Bean} methods. Imports every
 * other package.
 */
@NullMarked
package dev.clipserve;

import org.jspecify.annotations.NullMarked;
