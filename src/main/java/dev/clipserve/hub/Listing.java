package dev.clipserve.hub;

import dev.clipserve.hub.HubException.Reason;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is in a repository at one commit.
 *
 * @param commit 40 hexadecimal digits
 * @param entries its files, as the hub names them
 */
record Listing(String commit, List<Entry> entries) {

    Listing {
        entries = List.copyOf(entries);
    }

    /**
     * A file, with what is known of it. Its name is not checked: most files of a repository are none of our business.
     */
    record Entry(String path, OptionalLong size, Optional<FileDigest> digest) {

        boolean isComplete() {
            return size.isPresent() && digest.isPresent();
        }

        /**
         * The file, if it may be fetched.
         *
         * @throws HubException if its name is not one that a file may have here, or it cannot be verified
         */
        HubFile wanted(HubName model) {
            if (!isComplete()) {
                throw new HubException(
                        Reason.UNUSABLE,
                        "The hub says neither checksum nor size of " + HubFile.printable(path) + " in " + model
                                + ", so nobody could tell whether it came as it is.",
                        "Download the model by other means and name its folder.");
            }
            try {
                return new HubFile(path, size.getAsLong(), digest.get());
            } catch (IllegalArgumentException e) {
                throw new HubException(
                        Reason.UNUSABLE,
                        "The hub lists a file in " + model + " that is not taken: " + e.getMessage() + ".",
                        "Do not trust this repository before you have looked at its files.",
                        e);
            }
        }
    }

    Optional<Entry> find(String path) {
        return entries.stream().filter(entry -> entry.path().equals(path)).findFirst();
    }

    boolean has(String path) {
        return find(path).isPresent();
    }
}
