package dev.clipserve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Name;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What IDEs know of the settings: all of them, each with what it is for. */
class ConfigurationMetadataTest {

    private static List<JsonNode> properties() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                ClipServeApplication.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            return JsonMapper.shared()
                    .readTree(in)
                    .path("properties")
                    .valueStream()
                    .toList();
        }
    }

    /** The settings below a record, by their names as they are written. */
    private static Stream<String> settings(String prefix, Class<?> type) {
        return Arrays.stream(type.getDeclaredConstructors()[0].getParameters()).flatMap(component -> {
            String name = prefix + "." + name(component);
            return component.getType().isRecord() ? settings(name, component.getType()) : Stream.of(name);
        });
    }

    private static String name(Parameter component) {
        Name own = component.getAnnotation(Name.class);
        return own == null ? component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT) : own.value();
    }

    @Test
    void metadata_settings_areAllThere() throws IOException {
        Set<String> known = properties().stream()
                .map(property -> property.path("name").asString())
                .collect(Collectors.toSet());

        assertThat(known)
                .isEqualTo(settings("clipserve", ClipServeProperties.class).collect(Collectors.toSet()));
    }

    @Test
    void reference_settings_areAllThere() throws IOException {
        String page = Files.readString(Path.of("docs", "configuration.md"));

        assertThat(properties())
                .isNotEmpty()
                .allSatisfy(property ->
                        assertThat(page).contains("| `" + property.path("name").asString() + "`<br>"));
    }

    @Test
    void metadata_settings_eachSayWhatTheyAreFor() throws IOException {
        Map<String, String> descriptions = properties().stream()
                .collect(Collectors.toMap(
                        property -> property.path("name").asString(),
                        property -> property.path("description").asString("")));

        assertThat(descriptions)
                .isNotEmpty()
                .allSatisfy(
                        (name, description) -> assertThat(description).as(name).isNotBlank());
    }
}
