package dev.clipserve.labels;

import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads definitions from YAML and JSON files. A field that is there twice is a fault, as any other mistake. */
final class LabelSetFiles {

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /* The files are the operator's: however long they are, they are meant. */
    private static final ObjectMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .loadSettings(LoadSettings.builder()
                            .setCodePointLimit(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private LabelSetFiles() {}

    /** Whether a file's name says that it is YAML or JSON. */
    static boolean isOne(String file) {
        return isJson(file) || file.endsWith(".yaml") || file.endsWith(".yml");
    }

    private static boolean isJson(String file) {
        return file.endsWith(".json");
    }

    /** What the set in a file is called. */
    static String nameOf(String file) {
        return file.substring(0, file.lastIndexOf('.'));
    }

    /**
     * Reads the set of a file.
     *
     * @throws JacksonException if it is not YAML or JSON
     * @throws RuntimeException as {@link LabelSetJson#read} does
     */
    static LabelSet read(String file, byte[] content) {
        return LabelSetJson.read(nameOf(file), (isJson(file) ? JSON : YAML).readTree(content));
    }

    /** What is wrong with a file that is not YAML or JSON, and where. */
    static String fault(JacksonException e) {
        String fault = e.getOriginalMessage().lines().findFirst().orElse("it cannot be parsed");
        String place = DefinitionFault.place(e.getLocation());
        return place.isEmpty() ? fault : fault + "," + place;
    }
}
