package dev.clipserve.hub;

import dev.clipserve.hub.HubException.Reason;
import java.util.regex.Pattern;

/**
 * A model on the hub, as people write it: {@code hf:OWNER/NAME} or {@code hf:OWNER/NAME@REVISION}.
 *
 * @param repository {@code OWNER/NAME}
 * @param revision a branch, a tag, or the 40 hexadecimal digits of a commit
 */
public record HubName(String repository, String revision) {

    /** What the names begin with. */
    public static final String PREFIX = "hf:";

    private static final String MAIN = "main";
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?");
    private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9._/+-]{0,198}[A-Za-z0-9_+-])?");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    public HubName {
        if (!isRepository(repository)) {
            throw fault("'" + repository + "' is no repository of a hub, which is an owner and a name");
        }
        if (!REVISION.matcher(revision).matches() || revision.contains("..") || revision.contains("//")) {
            throw fault("'" + revision + "' is no branch, tag or commit");
        }
    }

    /** Whether it is an owner and a name. */
    static boolean isRepository(String text) {
        String[] parts = text.split("/", -1);
        return parts.length == 2 && isPart(parts[0]) && isPart(parts[1]);
    }

    /** Two hyphens stand for the slash in names of folders. */
    private static boolean isPart(String text) {
        return PART.matcher(text).matches() && !text.contains("..") && !text.contains("--");
    }

    private static HubException fault(String message) {
        return new HubException(
                Reason.NAME,
                message + ".",
                "Write hf:OWNER/NAME, such as hf:Xenova/clip-vit-base-patch32, and behind it, if you like, @ and a branch,"
                        + " a tag or a commit.");
    }

    /** Whether a text is meant to be such a name. */
    public static boolean isMeantBy(String text) {
        return text.startsWith(PREFIX);
    }

    /**
     * Reads a name.
     *
     * @throws HubException if it is none
     */
    public static HubName parse(String text) {
        String rest = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
        int at = rest.indexOf('@');
        return at < 0 ? new HubName(rest, MAIN) : new HubName(rest.substring(0, at), rest.substring(at + 1));
    }

    /** Whether it names a commit, which never changes. */
    boolean isPinned() {
        return isCommit(revision);
    }

    static boolean isCommit(String text) {
        return COMMIT.matcher(text).matches();
    }

    /** The name alone, without its owner. */
    String shortName() {
        return repository.substring(repository.indexOf('/') + 1);
    }

    /** As it is written; the main branch goes without saying. */
    @Override
    public String toString() {
        return PREFIX + repository + (revision.equals(MAIN) ? "" : "@" + revision);
    }
}
