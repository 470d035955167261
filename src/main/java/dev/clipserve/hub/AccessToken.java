package dev.clipserve.hub;

import dev.clipserve.hub.HubException.Reason;
import java.util.Optional;
import java.util.regex.Pattern;

/** A token that shows the hub who asks; it goes to the hub's own address, and nowhere else. */
public final class AccessToken {

    private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,500}");

    private final String value;

    private AccessToken(String value) {
        this.value = value;
    }

    /**
     * The token in a setting; empty where that is blank.
     *
     * @throws HubException if no token can look like that, without quoting it
     */
    public static Optional<AccessToken> of(String setting) {
        String value = setting.strip();
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (!FORM.matcher(value).matches()) {
            throw new HubException(
                    Reason.NAME,
                    "The hub's token has characters that no token has, such as spaces or line ends.",
                    "Let HF_TOKEN, or clipserve.hub.token, be the token alone.");
        }
        return Optional.of(new AccessToken(value));
    }

    /** The value of the header {@code Authorization}. */
    String header() {
        return "Bearer " + value;
    }

    /** Without the token, which belongs into no log. */
    @Override
    public String toString() {
        return "***";
    }
}
