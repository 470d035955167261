package dev.clipserve.hub;

import dev.clipserve.clip.GraphFiles;
import dev.clipserve.clip.Precision;
import dev.clipserve.hub.HubException.Reason;
import dev.clipserve.hub.Listing.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which files of a repository a bundle needs; nothing else is fetched, least of all what Python would execute.
 *
 * @param facts small files, which say what the model is
 * @param graphs the encoders, with weights that lie beside them
 */
record Selection(List<Entry> facts, List<Entry> graphs) {

    private static final List<String> NEEDED = List.of("config.json", "preprocessor_config.json", "tokenizer.json");
    private static final List<String> WELCOME = List.of("tokenizer_config.json", "special_tokens_map.json");

    /** Weights beside a graph, behind its name. */
    private static final Pattern WEIGHTS = Pattern.compile("[._]data(_[0-9]{1,3})?");

    /** Files that run code when Python reads them. */
    private static final Pattern PICKLED = Pattern.compile("(?i).*\\.(bin|pt|pth|pkl|pickle|ckpt|joblib|npy|py)");

    /**
     * Selects.
     *
     * @param own what the repository's own {@code bundle.json} lists; without one nothing
     * @throws HubException if something is missing
     */
    static Selection of(HubName model, Listing listing, Precision precision, Set<String> own, Catalogue catalogue) {
        List<String> graphs = GraphFiles.find(listing::has, precision)
                .orElseThrow(() -> lacking(model, listing, precision))
                .all();
        List<String> missing = Stream.concat(NEEDED.stream(), graphs.stream())
                .filter(file -> !listing.has(file))
                .toList();
        if (!missing.isEmpty()) {
            throw incomplete(model, listing, missing, catalogue);
        }
        Set<String> heavy = new LinkedHashSet<>(graphs);
        listing.entries().stream()
                .map(Entry::path)
                .filter(path -> graphs.stream().anyMatch(graph -> isWeightsOf(graph, path)))
                .forEach(heavy::add);
        Set<String> light = new LinkedHashSet<>(NEEDED);
        WELCOME.stream().filter(listing::has).forEach(light::add);
        own.stream()
                .filter(file -> !isOfAnotherPrecision(file, graphs)
                        && !PICKLED.matcher(file).matches())
                .forEach(light::add);
        light.removeAll(heavy);
        return new Selection(entries(model, listing, light), entries(model, listing, heavy));
    }

    private static List<Entry> entries(HubName model, Listing listing, Set<String> paths) {
        List<Entry> entries = new ArrayList<>();
        for (String path : paths) {
            entries.add(listing.find(path)
                    .orElseThrow(() -> new HubException(
                            Reason.UNUSABLE,
                            model + " cannot be used: its bundle.json lists " + HubFile.printable(path)
                                    + ", which is not there.",
                            "Tell who made it.")));
        }
        return entries;
    }

    private static HubException lacking(HubName model, Listing listing, Precision precision) {
        String others =
                GraphFiles.carried(listing::has).stream().map(Precision::label).collect(Collectors.joining(", "));
        return new HubException(
                Reason.NOT_FOUND,
                model + " has no " + precision.label() + " graphs: neither "
                        + String.join(" nor ", precision.graphs().all()) + ".",
                others.isEmpty() ? "It has none of the others either." : "It has " + others + ".");
    }

    private static boolean isWeightsOf(String graph, String path) {
        return path.startsWith(graph)
                && WEIGHTS.matcher(path.substring(graph.length())).matches();
    }

    private static boolean isOfAnotherPrecision(String file, List<String> graphs) {
        return Arrays.stream(Precision.values())
                .flatMap(precision -> precision.graphs().all().stream())
                .filter(graph -> !graphs.contains(graph))
                .anyMatch(graph -> file.equals(graph) || isWeightsOf(graph, file));
    }

    private static HubException incomplete(HubName model, Listing listing, List<String> missing, Catalogue catalogue) {
        String graphs = listing.entries().stream()
                .map(Entry::path)
                .filter(path -> path.endsWith(".onnx"))
                .limit(10)
                .map(HubFile::printable)
                .collect(Collectors.joining(", "));
        return new HubException(
                Reason.UNUSABLE,
                model + " is no model that can be served: it has no " + String.join(", no ", missing) + "; "
                        + (graphs.isEmpty() ? "it has no ONNX graphs at all" : "of graphs it has " + graphs) + ".",
                catalogue
                        .exportOf(model.repository())
                        .map(export -> "An ONNX export of it is hf:" + export.repository() + ", in the catalogue as "
                                + export.name() + ".")
                        .orElse(
                                "Take a repository with ONNX graphs of both encoders (clipserve models list --catalogue has"
                                        + " some), or export the checkpoint by models/export.py."));
    }
}
