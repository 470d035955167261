package dev.clipserve.api.dialect.inference;

import dev.clipserve.api.ProblemException;
import dev.clipserve.api.ProblemType;
import dev.clipserve.zeroshot.LabelLimits;
import dev.clipserve.zeroshot.Models;
import dev.clipserve.zeroshot.ZeroShotModel;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** The models that this protocol offers, by their names. */
public final class OfferedModels {

    private final SequencedMap<String, OfferedModel> offered = new LinkedHashMap<>();

    /**
     * Offers each role of each loaded model. Where a model is called like another's encoder, the name is the model's.
     */
    public OfferedModels(Models models) {
        for (Role role : Role.values()) {
            for (ZeroShotModel model : models.all()) {
                String name = model.name() + role.suffix();
                offered.putIfAbsent(name, new OfferedModel(name, model, role));
            }
        }
    }

    Collection<OfferedModel> all() {
        return Collections.unmodifiableCollection(offered.values());
    }

    /**
     * The model of this name and, where one is given, version.
     *
     * @throws ProblemException if there is none
     */
    OfferedModel find(ModelPath path) {
        String name = path.model();
        OfferedModel model = offered.get(name);
        if (model == null) {
            throw unknown("There is no model '" + LabelLimits.shorten(name) + "'; there is "
                    + String.join(", ", offered.sequencedKeySet()) + ".");
        }
        path.version().filter(version -> !version.equals(OfferedModel.VERSION)).ifPresent(version -> {
            throw unknown("Model '" + name + "' has no version '" + LabelLimits.shorten(version) + "'; there is "
                    + OfferedModel.VERSION + ".");
        });
        return model;
    }

    private static ProblemException unknown(String detail) {
        return new ProblemException(ProblemType.UNKNOWN_MODEL, detail);
    }
}
