package dev.clipserve.access;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * A key that callers may have.
 *
 * @param name what logs and people call it; two keys never have the same
 * @param scopes what it may be used for
 * @param hash all that is known of the key itself
 */
public record AccessKey(String name, Set<Scope> scopes, KeyHash hash) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    public AccessKey {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidKeysException(
                    "a key's name has up to 64 letters, digits and '.', '_', '-', with a letter or"
                            + " digit in front; this one has not");
        }
        if (scopes.isEmpty()) {
            throw new InvalidKeysException("key '" + name + "' has no scope; there are " + Scope.all());
        }
        scopes = Set.copyOf(scopes);
    }

    /**
     * A key as settings have it.
     *
     * @param sha256 the key's SHA-256 in hexadecimal digits
     * @throws InvalidKeysException if one of them is not as it should be
     */
    public static AccessKey of(String name, Set<Scope> scopes, String sha256) {
        return new AccessKey(name, scopes, KeyHash.parse(sha256));
    }

    /** Whether it may be used for this. */
    boolean allows(Scope scope) {
        return scopes.contains(scope);
    }
}
