package dev.clipserve.hub;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A repository of the catalogue, with what repositories of exports do not say themselves.
 *
 * @param name the short name
 * @param repository {@code OWNER/NAME} at the hub
 * @param original the repository of the checkpoint that it is an export of
 * @param licence of the weights
 * @param megabytes of the fp32 files, about
 * @param logitScale the learned factor on cosines, exponentiated
 * @param logitBias the learned bias, of models that were trained with a sigmoid
 * @param context tokens of the longest text, which configurations leave out where it is the usual one
 * @param templates the prompt templates that it was made for; none for the usual one
 * @param about what it is, in a line
 */
public record CatalogueModel(
        String name,
        String repository,
        String original,
        String licence,
        int megabytes,
        double logitScale,
        OptionalDouble logitBias,
        OptionalInt context,
        List<String> templates,
        String about) {

    public CatalogueModel {
        templates = List.copyOf(templates);
    }

    /** The model's name on the hub. */
    public HubName hubName() {
        return HubName.parse(repository);
    }
}
