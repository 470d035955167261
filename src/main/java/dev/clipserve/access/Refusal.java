package dev.clipserve.access;

import java.util.Locale;

/** Why a request is not let in. */
public enum Refusal {
    /** There is no key in it, and there has to be one. */
    KEY_MISSING,
    /** No key is like the one in it. */
    KEY_UNKNOWN,
    /** The key may not be used for this. */
    SCOPE_MISSING,
    /** The caller has asked too often. */
    TOO_OFTEN,
    /** The caller has too many requests under way. */
    TOO_MANY_AT_ONCE;

    /** The meter's tag. */
    String tag() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
