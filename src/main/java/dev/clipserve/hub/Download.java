package dev.clipserve.hub;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.clipserve.hub.HubException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Fetches files of the hub: goes on where a cut left one, verifies it, and only then gives it its name. */
final class Download {

    /** What the name of a file ends in that is not complete, or not verified. */
    static final String UNFINISHED = ".incomplete";

    private static final int BUFFER = 1 << 16;

    /** What a try must bring to count as one that worked, or a hub could cut after each byte for ever. */
    private static final long WORTH_MENTIONING = 1 << 20;

    private final HubName model;
    private final String commit;
    private final HubApi api;
    private final Patience patience;
    private final Progress progress;

    Download(HubName model, String commit, HubApi api, Patience patience) {
        this.model = model;
        this.commit = commit;
        this.api = api;
        this.patience = patience;
        this.progress = patience.progress();
    }

    /** Where the bytes of a file are until it is verified. */
    static Path unfinished(Path target) {
        return target.resolveSibling(target.getFileName() + UNFINISHED);
    }

    /**
     * Sees to it that a file's content is on the disk, so that its name is not there without it after a power failure.
     */
    static void force(Path file) throws IOException {
        try (var channel = FileChannel.open(file, WRITE)) {
            channel.force(true);
        }
    }

    /** Bytes of a file that came already. */
    static long there(Path target) throws IOException {
        Path unfinished = unfinished(target);
        return Files.exists(unfinished) ? Files.size(unfinished) : 0;
    }

    /**
     * Fetches a file.
     *
     * @throws HubException if it does not come, or is another one than the hub's checksum says; then it is removed
     */
    void fetch(HubFile file, Path target) throws IOException, InterruptedException {
        Path unfinished = unfinished(target);
        boolean inOnePiece = receive(file, unfinished);
        boolean asListed = file.digest().matches(unfinished);
        if (!asListed && !inOnePiece) {
            // Its pieces may be of two files. Once only: with connections that are always cut this would never end.
            discard(file, unfinished);
            progress.note(file.path() + " of " + model + " came in pieces, and is not what the hub lists;"
                    + " it is fetched anew.");
            receive(file, unfinished);
            asListed = file.digest().matches(unfinished);
        }
        if (!asListed) {
            discard(file, unfinished);
            throw new HubException(
                    Reason.DAMAGED,
                    "What came as " + file.path() + " of " + model + " is not what the hub lists: its checksum is not "
                            + file.digest().hex() + ". It was removed.",
                    "Try again; if that does not help, something between here and the hub changes files, or the hub is"
                            + " broken.");
        }
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private void discard(HubFile file, Path unfinished) throws IOException {
        Files.delete(unfinished);
        progress.advance(-file.size());
    }

    /** Whether all of it came at once. */
    private boolean receive(HubFile file, Path unfinished) throws IOException, InterruptedException {
        var retry = new Retry("The hub does not give " + file.path() + " of " + model, patience);
        try (var channel = FileChannel.open(unfinished, CREATE, WRITE)) {
            if (channel.size() > file.size()) {
                restart(channel);
            }
            boolean inOnePiece = channel.size() == 0;
            long most = channel.size();
            while (channel.size() < file.size()) {
                Optional<IOException> fault = append(file, channel);
                if (channel.size() < file.size()) {
                    inOnePiece = false;
                    retry.after(
                            fault.orElseGet(() -> new EOFException("it ended too early")),
                            channel.size() - most >= WORTH_MENTIONING);
                    most = Math.max(most, channel.size());
                }
            }
            channel.force(true);
            return inOnePiece;
        }
    }

    /** Asks for what is missing, and keeps what comes until the connection fails or nothing is missing. */
    private Optional<IOException> append(HubFile file, FileChannel channel) throws IOException {
        HubAnswer answer;
        InputStream in;
        try {
            answer = api.open(model, commit, file, channel.size());
        } catch (IOException e) {
            return Optional.of(e);
        }
        try (answer) {
            if (answer.status() == 416 || answer.start() != channel.size()) {
                boolean fromTheStart = answer.start() == 0 && answer.isGood();
                restart(channel);
                if (!fromTheStart) {
                    return Optional.of(new TemporaryFault("it does not go on where it was cut", Optional.empty()));
                }
            }
            try {
                in = answer.body();
            } catch (IOException e) {
                return Optional.of(e);
            }
            return copy(in, file.size(), channel);
        }
    }

    /** No byte more than there should be is read, however many are sent. */
    private Optional<IOException> copy(InputStream in, long size, FileChannel channel) throws IOException {
        byte[] buffer = new byte[BUFFER];
        channel.position(channel.size());
        while (channel.position() < size) {
            int read;
            try {
                read = in.read(buffer, 0, (int) Math.min(buffer.length, size - channel.position()));
            } catch (IOException e) {
                return Optional.of(e);
            }
            if (read < 0) {
                return Optional.empty();
            }
            for (var rest = ByteBuffer.wrap(buffer, 0, read); rest.hasRemaining(); ) {
                channel.write(rest);
            }
            progress.advance(read);
        }
        return Optional.empty();
    }

    private void restart(FileChannel channel) throws IOException {
        progress.advance(-channel.size());
        channel.truncate(0);
    }
}
