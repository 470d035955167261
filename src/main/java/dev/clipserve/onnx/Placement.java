package dev.clipserve.onnx;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which nodes of a graph ran on the processor although the graph was meant for a GPU, read from ONNX Runtime's profile
 * of its runs.
 *
 * <p>ONNX Runtime puts arithmetic on shapes on the processor on purpose, where it is faster: integers, and single
 * floats such as the root of a head's size. Only nodes that give more than that count here. The runtime's own
 * {@code session.disable_cpu_ep_fallback} refuses both alike, and with it any export whose batch size is open.
 *
 * @param strays how many nodes of each operator computed on the processor what a GPU should have
 * @param nodes how many nodes ran on anything
 */
record Placement(Map<String, Integer> strays, int nodes) {

    private static final Set<String> OF_SHAPES = Set.of("int64", "int32", "bool");

    /**
     * Reads a profile: a JSON array of events, of which those of the category {@code Node} tell operator, provider and
     * the types and shapes of the outputs.
     *
     * @throws JacksonException if it is none
     */
    static Placement read(Path profile) {
        Map<String, Integer> strays = new TreeMap<>();
        int nodes = 0;
        for (JsonNode event : JsonMapper.shared().readTree(profile.toFile())) {
            JsonNode facts = event.path("args");
            if (event.path("cat").asString("").equals("Node") && facts.has("provider")) {
                nodes++;
                if (isStray(facts)) {
                    strays.merge(facts.path("op_name").asString("?"), 1, Integer::sum);
                }
            }
        }
        return new Placement(strays, nodes);
    }

    /** Whether the GPU did what it was meant for: it ran something, and the processor nothing but shapes. */
    boolean isOnDevice() {
        return nodes > 0 && strays.isEmpty();
    }

    /** The strays in words: {@code 12 × MatMul, 3 × Softmax}. */
    String describe() {
        return nodes == 0
                ? "no node at all"
                : strays.entrySet().stream()
                        .map(stray -> stray.getValue() + " × " + stray.getKey())
                        .collect(Collectors.joining(", "));
    }

    private static boolean isStray(JsonNode facts) {
        if (!facts.path("provider").asString("").equals("CPUExecutionProvider")) {
            return false;
        }
        JsonNode outputs = facts.path("output_type_shape");
        if (outputs.isEmpty()) {
            return true;
        }
        for (JsonNode output : outputs) {
            for (var type : output.properties()) {
                if (!OF_SHAPES.contains(type.getKey()) && count(type.getValue()) > 1) {
                    return true;
                }
            }
        }
        return false;
    }

    private static long count(JsonNode shape) {
        long count = 1;
        for (JsonNode size : shape) {
            count *= size.asLong();
        }
        return count;
    }
}
