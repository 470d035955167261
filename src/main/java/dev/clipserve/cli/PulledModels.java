package dev.clipserve.cli;

import dev.clipserve.cli.evaluate.Printable;
import dev.clipserve.hub.Hub;
import dev.clipserve.hub.HubName;
import dev.clipserve.hub.PulledModel;
import java.util.List;

/** The pulled models that a name stands for. */
final class PulledModels {

    private PulledModels() {}

    /**
     * By the bundle's name, by repository, or by repository and commit.
     *
     * @throws UsageException if there is none
     */
    static List<PulledModel> named(String name, Hub hub) {
        List<PulledModel> all = hub.list();
        List<PulledModel> named =
                all.stream().filter(model -> isNamed(model, name)).toList();
        if (named.isEmpty()) {
            throw new UsageException("No pulled model is called '" + name + "'; "
                    + (all.isEmpty()
                            ? "none was pulled."
                            : "there are "
                                    + String.join(
                                            ", ",
                                            all.stream()
                                                    .map(PulledModel::name)
                                                    .map(Printable::of)
                                                    .distinct()
                                                    .toList())
                                    + "."));
        }
        return named;
    }

    private static boolean isNamed(PulledModel model, String name) {
        String rest = name.startsWith(HubName.PREFIX) ? name.substring(HubName.PREFIX.length()) : name;
        return model.name().equals(name)
                || model.repository().equals(rest)
                || (model.repository() + "@" + model.commit()).equals(rest);
    }
}
