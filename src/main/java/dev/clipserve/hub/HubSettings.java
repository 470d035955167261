package dev.clipserve.hub;

import dev.clipserve.hub.HubException.Reason;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Where models come from, and where they are kept.
 *
 * @param endpoint the hub, such as {@code https://huggingface.co}
 * @param cache the folder that pulled models are kept in
 * @param huggingFaceCache the folder that Hugging Face's own library keeps its downloads in, to take from
 * @param offline whether the hub is not to be asked
 */
public record HubSettings(
        URI endpoint,
        Optional<AccessToken> token,
        Path cache,
        Optional<Path> huggingFaceCache,
        boolean offline,
        HubLimits limits) {

    /**
     * The hub that a setting names.
     *
     * @throws HubException if it is no URL of one
     */
    public static URI endpoint(String setting) {
        try {
            URI uri = new URI(setting.strip().replaceFirst("/+$", ""));
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean web = scheme.equals("https") || scheme.equals("http");
            if (web && uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null) {
                // In small letters, as what the hub leads to is held against it: from https nothing leads to http.
                return new URI(scheme + uri.toString().substring(scheme.length()));
            }
        } catch (URISyntaxException e) {
            // Told below, as any other text that is no URL.
        }
        throw new HubException(
                Reason.NAME,
                "'" + HubFile.printable(setting.replaceFirst("(?s).*@", "***@")) + "' is no URL of a hub.",
                "Let HF_ENDPOINT, or clipserve.hub.endpoint, be one such as https://huggingface.co.");
    }

    /**
     * The folder that a setting names.
     *
     * @throws HubException if it names none: pulled models would lie in whatever folder is the current one
     */
    public static Path cache(String setting) {
        if (setting.isBlank()) {
            throw new HubException(
                    Reason.NAME,
                    "clipserve.hub.cache names no folder to keep pulled models in.",
                    "Let it name one, or leave it out for the usual one.");
        }
        return Path.of(setting);
    }
}
