package dev.clipserve;

import dev.clipserve.hub.AccessToken;
import dev.clipserve.hub.Catalogue;
import dev.clipserve.hub.Hub;
import dev.clipserve.hub.HubLimits;
import dev.clipserve.hub.HubSettings;
import dev.clipserve.hub.Pauses;
import java.nio.file.Path;
import java.util.Optional;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where models come from that are named and not in a folder.
 *
 * @param endpoint the hub that models are pulled from
 * @param token shows the hub who asks; empty for nobody
 * @param offline whether the hub is not to be asked: 1, true, yes or on
 * @param cache the folder that pulled models are kept in
 * @param huggingFaceCache the folder of Hugging Face's own library, whose downloads are taken; empty for none
 */
public record HubProperties(
        @DefaultValue("https://huggingface.co") String endpoint,
        @DefaultValue("") String token,
        @DefaultValue("false") String offline,
        @DefaultValue("") String cache,
        @DefaultValue("") String huggingFaceCache) {

    private static final String USUAL_ENDPOINT = "https://huggingface.co";

    /** The hub that the settings name. */
    Hub toHub() {
        return new Hub(settings(), Catalogue.shipped(), Pauses.SLEEP);
    }

    private HubSettings settings() {
        return new HubSettings(
                HubSettings.endpoint(endpoint.isBlank() ? USUAL_ENDPOINT : endpoint),
                AccessToken.of(token),
                HubSettings.cache(cache),
                Optional.of(huggingFaceCache)
                        .filter(folder -> !folder.isBlank())
                        .map(Path::of),
                isOffline(),
                HubLimits.USUAL);
    }

    /** As Hugging Face's library reads {@code HF_HUB_OFFLINE}; an empty variable is no. */
    private boolean isOffline() {
        return offline.strip().matches("(?i)1|on|yes|true");
    }

    /** Without the token, which belongs into no log. */
    @Override
    public String toString() {
        return "HubProperties[endpoint=" + endpoint + ", offline=" + offline + ", cache=" + cache + "]";
    }
}
