package dev.clipserve.hub;

import dev.clipserve.hub.HubException.Reason;
import dev.clipserve.hub.Listing.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is asked of a hub: which files a revision has, and one file from one byte on. */
final class HubApi {

    private final HubSettings settings;
    private final HubConnection connection;
    private final Patience patience;

    HubApi(HubSettings settings, HubConnection connection, Patience patience) {
        this.settings = settings;
        this.connection = connection;
        this.patience = patience;
    }

    /**
     * The commit that a revision is now, and its files.
     *
     * @param hurry whether there is something else to go on with, so that few attempts do
     */
    Listing listing(HubName model, boolean hurry) throws InterruptedException {
        URI uri = uri("/api/models/" + model.repository() + "/revision/" + encoded(model.revision()) + "?blobs=true");
        String what = "The hub does not say what is in " + model;
        byte[] body = Retry.until(what, hurry ? patience.hurried() : patience, () -> {
            try (HubAnswer answer = connection.get(uri, 0)) {
                Refusals.check(answer, model, settings);
                return limited(answer.body(), model);
            }
        });
        return read(body, model);
    }

    private byte[] limited(InputStream in, HubName model) throws IOException {
        byte[] body = in.readNBytes(settings.limits().metadata() + 1);
        if (body.length > settings.limits().metadata()) {
            throw new HubException(
                    Reason.TOO_LARGE,
                    "The hub's list of the files in " + model + " has more than "
                            + settings.limits().metadata() + " bytes.",
                    "No repository of a model is so large; see that HF_ENDPOINT names a hub.");
        }
        return body;
    }

    private Listing read(byte[] body, HubName model) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(body);
        } catch (JacksonException e) {
            throw noHub(model, e.getOriginalMessage());
        }
        String commit = root.path("sha").asString("");
        if (!HubName.isCommit(commit) || !root.path("siblings").isArray()) {
            throw noHub(model, "there is no commit in it, or no list of files");
        }
        if (model.isPinned() && !commit.equals(model.revision())) {
            throw noHub(model, "it is of another commit, " + commit);
        }
        List<Entry> entries = new ArrayList<>();
        root.path("siblings").valueStream().map(HubApi::entry).forEach(entries::add);
        return new Listing(commit, entries);
    }

    private static Entry entry(JsonNode file) {
        JsonNode size = file.path("lfs").path("size").isIntegralNumber()
                ? file.path("lfs").path("size")
                : file.path("size");
        String digest =
                file.path("lfs").path("sha256").asString(file.path("blobId").asString(""));
        return new Entry(
                file.path("rfilename").asString(""),
                size.canConvertToLong() && size.isIntegralNumber()
                        ? OptionalLong.of(size.asLong())
                        : OptionalLong.empty(),
                FileDigest.of(digest));
    }

    private HubException noHub(HubName model, String why) {
        return new HubException(
                Reason.AWAY,
                "What " + settings.endpoint() + " answers about " + model + " is no answer of a hub: "
                        + HubFile.printable(why) + ".",
                "See that HF_ENDPOINT names a hub that speaks as Hugging Face's does.");
    }

    /** The entry with what its list left out, by the headers of the file itself. */
    Entry completed(HubName model, String commit, Entry entry) throws InterruptedException {
        if (entry.isComplete()) {
            return entry;
        }
        URI uri = file(model, commit, entry.path());
        return Retry.until("The hub does not say what " + entry.path() + " is", patience, () -> {
            try (HubAnswer answer = connection.head(uri)) {
                if (answer.location().isEmpty()) {
                    Refusals.check(answer, model, settings);
                }
                Optional<String> etag = answer.header("X-Linked-Etag").or(() -> answer.header("ETag"));
                OptionalLong size = answer.number("X-Linked-Size");
                return new Entry(
                        entry.path(),
                        size.isPresent() || answer.location().isPresent() ? size : answer.number("Content-Length"),
                        etag.flatMap(FileDigest::of));
            }
        });
    }

    /**
     * Asks once for a file.
     *
     * @param from the first byte that is wanted
     */
    HubAnswer open(HubName model, String commit, HubFile file, long from) throws IOException {
        HubAnswer answer = connection.get(file(model, commit, file.path()), from);
        try {
            // Behind the end there is nothing: who asks knows what to make of that.
            if (answer.status() != 416) {
                Refusals.check(answer, model, settings);
            }
            return answer;
        } catch (IOException | RuntimeException e) {
            answer.close();
            throw e;
        }
    }

    private URI file(HubName model, String commit, String path) {
        return uri("/" + model.repository() + "/resolve/" + commit + "/"
                + encoded(path).replace("%2F", "/"));
    }

    private URI uri(String path) {
        return URI.create(settings.endpoint() + path);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
