/**
 * Images behind URLs: which URLs may be fetched, and fetching them from servers that nobody here trusts.
 *
 * <p>Imports {@code batching} for its deadlines and budgets, Apache's HTTP client and Micrometer; knows nothing of
 * images or Spring.
 */
@NullMarked
package dev.clipserve.fetch;

import org.jspecify.annotations.NullMarked;
