package dev.clipserve.labels;

import dev.clipserve.labels.LabelSetException.Reason;
import dev.clipserve.labels.LabelSetSummary.Source;
import dev.clipserve.zeroshot.LabelLimits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which sets there are: declared ones, stored ones, presets, in this order where two have one name. */
final class Catalog {

    private static final Logger log = LoggerFactory.getLogger(Catalog.class);

    private final LabelSetStore store;
    private final Map<String, KnownSet> declared = new LinkedHashMap<>();
    private final Map<String, KnownSet> presets = new LinkedHashMap<>();
    private final StoredSets stored;

    /**
     * Reads what the store has.
     *
     * @throws dev.clipserve.zeroshot.InvalidTemplatesException if a given set names templates that there are not
     */
    Catalog(LabelSetStore store, GivenSets given, List<TextModel> models) {
        this.store = store;
        given.declared().forEach(set -> declared.put(set.name(), KnownSet.of(set, Source.DECLARED, models)));
        given.presets().forEach(set -> presets.put(set.name(), KnownSet.of(set, Source.PRESET, models)));
        this.stored = new StoredSets(store, models);
        if (stored.refresh() && !store.isShared()) {
            sweep();
        }
        for (KnownSet set : stored.all()) {
            if (declared.containsKey(set.summary().name())) {
                log.warn(
                        "Stored label set {} is hidden by a declared one",
                        set.summary().name());
            }
        }
    }

    private void sweep() {
        try {
            store.retainEmbeddings(keysInUse());
        } catch (LabelSetException e) {
            log.warn("Encodings of sets that are gone stay: {}", e.getMessage());
        }
    }

    /** What the store has, as far as it is known. */
    StoredSets stored() {
        return stored;
    }

    /** Those that are encoded before anybody asks for them. */
    List<KnownSet> eager() {
        return Stream.of(declared.values(), stored.all())
                .flatMap(Collection::stream)
                .toList();
    }

    /** The keys of all encodings that a set has, of any model. */
    Set<String> keysInUse() {
        Set<String> keys = new HashSet<>();
        everySet().forEach(set -> keys.addAll(set.keys()));
        return keys;
    }

    private Stream<KnownSet> everySet() {
        return Stream.of(declared.values(), stored.all(), presets.values()).flatMap(Collection::stream);
    }

    /** Every set, by name. */
    List<LabelSetSummary> list() {
        Map<String, LabelSetSummary> sets = new LinkedHashMap<>();
        everySet().forEach(set -> sets.putIfAbsent(set.summary().name(), set.summary()));
        List<LabelSetSummary> list = new ArrayList<>(sets.values());
        list.sort(Comparator.comparing(LabelSetSummary::name));
        return list;
    }

    /** The declared set or the preset that goes by a name; null where a stored one does, or none. */
    @Nullable
    KnownSet given(String name) {
        KnownSet set = declared.get(name);
        return set != null || stored.get(name) != null ? set : presets.get(name);
    }

    /**
     * The set that goes by a name. Only where none is known is the store asked.
     *
     * @throws LabelSetException if there is none, or the store has to be asked and cannot be
     */
    KnownSet known(String name) {
        KnownSet set = given(name);
        set = set != null ? set : stored.get(name);
        set = set != null || !LabelSet.isName(name) ? set : stored.look(name);
        if (set == null) {
            throw unknown(name);
        }
        return set;
    }

    /**
     * The definition that goes by a name now.
     *
     * @throws LabelSetException if there is none, or the store has to be asked and cannot be
     */
    LabelSet definition(String name) {
        KnownSet given = given(name);
        return given != null && given.definition() != null
                ? given.definition()
                : Optional.of(name)
                        .filter(LabelSet::isName)
                        .flatMap(store::find)
                        .orElseThrow(() -> unknown(name));
    }

    /**
     * The definition of exactly this version.
     *
     * @throws LabelSetException if it was replaced or deleted, or the store has to be asked and cannot be
     */
    LabelSet definition(KnownSet set) {
        LabelSet definition = set.definition();
        String name = set.summary().name();
        return definition != null
                ? definition
                : store.find(name)
                        .filter(found -> found.version().equals(set.version()))
                        .orElseThrow(() -> new LabelSetException(
                                Reason.CHANGED, "Label set '" + name + "' was replaced or deleted just now."));
    }

    static LabelSetException unknown(String name) {
        return new LabelSetException(
                Reason.UNKNOWN,
                "There is no label set '" + LabelLimits.shorten(name) + "'; /label-sets lists those that there are.");
    }
}
