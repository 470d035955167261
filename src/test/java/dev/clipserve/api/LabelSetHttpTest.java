package dev.clipserve.api;

import static dev.clipserve.api.ServiceClient.FLOWER;
import static dev.clipserve.api.ServiceClient.encode;
import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.api.ServiceClient.Form;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "clipserve.label-sets.folder=",
            "clipserve.label-sets.max-sets=3",
            "clipserve.label-sets.max-prompts=100",
            // Encoding is awaited, however slow the machine.
            "clipserve.label-sets.wait=1h",
            "clipserve.limits.max-time=1h"
        })
class LabelSetHttpTest {

    private static final String PETS = "{\"labels\":[\"cat\",\"dog\"]}";

    @LocalServerPort
    private int port;

    private ServiceClient client;

    @BeforeEach
    void startEmpty() {
        client = new ServiceClient(port);
        for (JsonNode set : client.get("/label-sets").json().path("label_sets")) {
            if (set.path("source").asString().equals("stored")) {
                client.delete("/label-sets/" + set.path("name").asString());
            }
        }
    }

    private static String etag(Answer answer) {
        return answer.headers().firstValue("ETag").orElseThrow();
    }

    private static void assertProblem(Answer answer, ProblemType type) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(type.status());
        assertThat(answer.problem()).isEqualTo(type.slug());
    }

    @Test
    void put_newSet_isCreatedAndEncoded() {
        Answer answer = client.put("/label-sets/pets", PETS);

        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Location")).contains("/label-sets/pets");
        JsonNode status = answer.json();
        assertThat(etag(answer)).isEqualTo("\"" + status.path("version").asString() + "\"");
        assertThat(status.path("state").asString()).isEqualTo("ready");
        assertThat(status.path("done").asInt()).isEqualTo(2);
        assertThat(status.path("total").asInt()).isEqualTo(2);
        assertThat(client.get("/label-sets/pets/status").json()).isEqualTo(status);
        assertThat(client.get("/label-sets/pets/status?model=mini-clip").json()).isEqualTo(status);
    }

    @Test
    void put_sameContentAgain_changesNothing() {
        Answer first = client.put("/label-sets/pets", PETS);

        Answer again = client.put("/label-sets/pets", "{ \"name\":\"pets\", \"labels\": [\" cat\", \"dog\"] }");

        assertThat(again.status()).isEqualTo(200);
        assertThat(etag(again)).isEqualTo(etag(first));
    }

    @Test
    void put_otherContent_replaces() {
        Answer first = client.put("/label-sets/pets", PETS);

        Answer second = client.put("/label-sets/pets", "{\"labels\":[\"cat\",\"owl\"]}");

        assertThat(second.status()).isEqualTo(200);
        assertThat(etag(second)).isNotEqualTo(etag(first));
        Answer answer = client.raw(FLOWER, "label_set=pets");
        assertThat(answer.json().at("/label_set/version").asString())
                .isEqualTo(second.json().path("version").asString());
        assertThat(answer.probability("owl")).isPositive();
    }

    @Test
    void put_asCurlSendsIt_isReadAsJson() {
        Answer answer = client.send(client.request("/label-sets/pets")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .PUT(BodyPublishers.ofString(PETS)));

        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    }

    @Test
    void get_set_isWhatWasPut() {
        String everything = "{\"name\":\"pets\",\"description\":\"at home\",\"labels\":[\"cat\",{\"label\":\"dog\","
                + "\"prompts\":[\"a barking pet\"]}],\"templates\":[\"label\",\"a {}.\"],\"none_label\":\"other\"}";
        Answer put = client.put("/label-sets/pets", everything);

        Answer answer = client.get("/label-sets/pets");

        assertThat(answer.json()).isEqualTo(JsonMapper.shared().readTree(everything));
        assertThat(etag(answer)).isEqualTo(etag(put));
        assertThat(client.put("/label-sets/pets", answer.body()).status()).isEqualTo(200);
    }

    @Test
    void get_versionThatTheCallerHas_isNotSentAgain() {
        String version = etag(client.put("/label-sets/pets", PETS));

        Answer same = client.send(client.request("/label-sets/pets")
                .header("If-None-Match", "\"other\", W/" + version)
                .GET());
        Answer other = client.send(client.request("/label-sets/pets")
                .header("If-None-Match", "\"other\"")
                .GET());

        assertThat(same.status()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(etag(same)).isEqualTo(version);
        assertThat(other.status()).isEqualTo(200);
    }

    @Test
    void list_everySource_isThere() {
        client.put("/label-sets/pets", PETS);

        Answer answer = client.get("/label-sets");

        assertThat(answer.json().path("label_sets").valueStream())
                .extracting(set -> set.path("name").asString() + " " + set.path("size") + " "
                        + set.path("source").asString())
                .containsExactly(
                        "cifar-10 10 preset", "cifar-100 100 preset", "imagenet-1k 1000 preset", "pets 2 stored");
    }

    @Test
    void change_onlyOfTheVersionThatIsThere() {
        String version = etag(client.put("/label-sets/pets", PETS));
        String other = "{\"labels\":[\"owl\"]}";

        assertProblem(client.put("/label-sets/pets", other, "If-Match", "\"stale\""), ProblemType.PRECONDITION_FAILED);
        assertProblem(
                client.put("/label-sets/pets", other, "If-Match", "W/" + version), ProblemType.PRECONDITION_FAILED);
        assertProblem(client.put("/label-sets/pets", other, "If-None-Match", "*"), ProblemType.PRECONDITION_FAILED);
        assertProblem(client.put("/label-sets/birds", other, "If-Match", "*"), ProblemType.PRECONDITION_FAILED);
        assertProblem(client.put("/label-sets/pets", other, "If-Match", "\"*\""), ProblemType.PRECONDITION_FAILED);
        assertProblem(
                client.send(client.request("/label-sets/pets")
                        .header("If-Match", "\"stale\"")
                        .DELETE()),
                ProblemType.PRECONDITION_FAILED);
        assertThat(client.put("/label-sets/birds", other, "If-None-Match", "*").status())
                .isEqualTo(201);
        assertThat(client.put("/label-sets/pets", other, "If-Match", "\"stale\", " + version)
                        .status())
                .isEqualTo(200);
        assertProblem(client.put("/label-sets/pets", PETS, "If-Match", version), ProblemType.PRECONDITION_FAILED);
        assertThat(client.put("/label-sets/pets", other, "If-Match", "*").status())
                .isEqualTo(200);
    }

    @Test
    void change_conditionThatIsNone_isRefused() {
        Answer answer = client.put("/label-sets/pets", PETS, "If-Match", "abc");

        assertProblem(answer, ProblemType.INVALID_REQUEST);
        assertThat(answer.detail())
                .isEqualTo("Header If-Match is 'abc'; it must be * or ETags in double quotes, as answers have them.");
    }

    @Test
    void delete_set_isGone() {
        String version = etag(client.put("/label-sets/pets", PETS));

        Answer answer = client.send(
                client.request("/label-sets/pets").header("If-Match", version).DELETE());

        assertThat(answer.status()).isEqualTo(204);
        assertProblem(client.get("/label-sets/pets"), ProblemType.UNKNOWN_LABEL_SET);
        assertProblem(client.get("/label-sets/pets/status"), ProblemType.UNKNOWN_LABEL_SET);
        assertProblem(client.delete("/label-sets/pets"), ProblemType.UNKNOWN_LABEL_SET);
        assertProblem(client.raw(FLOWER, "label_set=pets"), ProblemType.UNKNOWN_LABEL_SET);
    }

    @Test
    void presets_cannotBeChanged() {
        assertProblem(client.put("/label-sets/cifar-10", PETS), ProblemType.LABEL_SET_DECLARED);
        assertProblem(client.delete("/label-sets/cifar-10"), ProblemType.LABEL_SET_DECLARED);
    }

    @Test
    void put_moreSetsThanAllowed_isRefused() {
        for (String name : List.of("a", "b", "c")) {
            assertThat(client.put("/label-sets/" + name, PETS).status()).isEqualTo(201);
        }

        Answer answer = client.put("/label-sets/d", PETS);

        assertProblem(answer, ProblemType.TOO_MANY_LABEL_SETS);
        assertThat(answer.detail()).startsWith("There are 3 stored label sets");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "pets ; {'labels':['cat','dog'] ; malformed-json  ; The body is not valid JSON",
                "pets ; ['cat']                 ; invalid-request ; The label set is a list",
                "pets ; {'lables':['cat']}      ; invalid-request ; unknown field 'lables'",
                "Pets ; {'labels':['cat']}      ; invalid-request ; 'Pets' is no name for a label set",
                "pets ; {'labels':['cat','cat']} ; invalid-labels ; Label 'cat' is there twice, at places 1 and 2",
                "pets ; {'labels':['cat',' ']}  ; invalid-labels  ; Label 2 is blank.",
                "pets ; {'labels':['cat'],'templates':['openai-80','a {} on a {}.','{}?'],'none_label':'x'}"
                        + " ; invalid-labels ; The labels make 164 prompts; at most 100 are allowed in a label set.",
                "pets ; {'labels':['cat'],'templates':['nice']} ; invalid-templates ; 'nice' has no {} where",
                "pets ; {'labels':['cat'],'templates':['{}{}{}{}{}']} ; invalid-templates ; has 5 places {} for the label",
                "pets ; {'labels':['cat','<|endoftext|>']} ; reserved-token ; The text contains the control token",
            })
    void put_fault_saysWhatAndWhere(String name, String json, String problem, String detail) {
        Answer answer = client.put("/label-sets/" + name, json.replace('\'', '"'));

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo(problem);
        assertThat(answer.detail()).contains(detail);
        assertProblem(client.get("/label-sets/pets"), ProblemType.UNKNOWN_LABEL_SET);
    }

    @Test
    void put_tooManyLabels_areCountedBeforeOneIsRead() {
        String labels = "5,".repeat(10_000) + "\"cat\"";

        Answer answer = client.put("/label-sets/pets", "{\"labels\":[" + labels + "],\"none_label\":\"other\"}");

        assertProblem(answer, ProblemType.INVALID_LABELS);
        assertThat(answer.detail()).isEqualTo("There are 10002 labels; at most 10000 are allowed.");
    }

    @Test
    void status_ofAnUnknownModel_isRefused() {
        assertProblem(client.get("/label-sets/cifar-10/status?model=none"), ProblemType.UNKNOWN_MODEL);
    }

    @Test
    void classify_withASet_givesTheBitsOfTheSameLabels() {
        client.put(
                "/label-sets/things",
                "{\"labels\":[\"sunflower\",\"whale\",\"clock\"],\"templates\":[\"openai-7\",\"a {}\"],"
                        + "\"none_label\":\"other\"}");
        String labels = "labels=sunflower,whale,clock&none_label=other&templates=" + encode("[\"openai-7\",\"a {}\"]");

        for (String options : List.of("", "&top=2", "&scoring=similarity", "&temperature=3&threshold=0.01")) {
            Answer own = client.raw(FLOWER, labels + options);
            Answer named = client.raw(FLOWER, "label_set=things" + options);

            assertThat(named.status()).as(named.body()).isEqualTo(200);
            assertThat(named.json().path("results")).isEqualTo(own.json().path("results"));
        }
    }

    @Test
    void classify_withASet_takesEachBodyForm() {
        client.put("/label-sets/things", "{\"labels\":[\"sunflower\",\"whale\"]}");
        Answer raw = client.raw(FLOWER, "label_set=things");

        Answer form = client.form(new Form().file("image", FLOWER).field("label_set", "things"));
        Answer json = client.json("{\"images\":[{\"base64\":\""
                + Base64.getEncoder().encodeToString(FLOWER) + "\"}],\"label_set\":\"things\"}");

        assertThat(raw.json().at("/label_set/name").asString()).isEqualTo("things");
        assertThat(form.body()).isEqualTo(raw.body());
        assertThat(json.body()).isEqualTo(raw.body());
    }

    @Test
    void classify_describedLabel_isReadByItsPrompts() {
        client.put(
                "/label-sets/things",
                "{\"labels\":[{\"label\":\"S\",\"prompts\":[\"a sunflower\",\"the sunflower\"]},\"whale\"],"
                        + "\"templates\":[\"a photo of a {}.\"]}");

        Answer named = client.raw(FLOWER, "label_set=things&scoring=similarity");

        Answer flower =
                client.raw(FLOWER, "labels=sunflower&scoring=similarity&templates=" + encode("[\"a {}\",\"the {}\"]"));
        Answer whale = client.raw(FLOWER, "labels=whale&scoring=similarity&templates=" + encode("a photo of a {}."));
        assertThat(named.prediction("S").path("similarity"))
                .isEqualTo(flower.prediction("sunflower").path("similarity"));
        assertThat(named.prediction("whale").path("similarity"))
                .isEqualTo(whale.prediction("whale").path("similarity"));
    }

    @Test
    void classify_labelsInAnyOrder_areAsProbable() {
        List<String> labels =
                new ArrayList<>(List.of("sunflower", "whale", "clock", "plate", "tree", "house", "motorcycle", "bowl"));
        client.put("/label-sets/a", labelsJson(labels));
        Answer first = client.raw(FLOWER, "label_set=a");
        var random = new Random(4);
        for (int i = 0; i < 5; i++) {
            Collections.shuffle(labels, random);
            client.put("/label-sets/b", labelsJson(labels));

            Answer shuffled = client.raw(FLOWER, "label_set=b");

            for (String label : labels) {
                assertThat(shuffled.prediction(label).path("similarity"))
                        .isEqualTo(first.prediction(label).path("similarity"));
                assertThat(shuffled.probability(label)).isEqualTo(first.probability(label));
            }
        }
    }

    private static String labelsJson(List<String> labels) {
        return "{\"labels\":" + JsonMapper.shared().writeValueAsString(labels) + "}";
    }

    @ParameterizedTest
    @CsvSource({"labels=cat, labels", "none_label=cat, none_label", "templates=openai-7, templates"})
    void classify_withASetAndWhatItBrings_isRefused(String field, String name) {
        Answer answer = client.raw(FLOWER, "label_set=cifar-10&" + field);

        assertProblem(answer, ProblemType.INVALID_REQUEST);
        assertThat(answer.detail())
                .isEqualTo("With 'label_set' there can be no '" + name + "': the set brings its own.");
    }

    @Test
    void classify_setWithACutLabel_warnsOrRefuses() {
        String old = "very ".repeat(80) + "old cat";
        client.put("/label-sets/long", "{\"labels\":[\"cat\",\"" + old + "\"],\"templates\":[\"a {}\"]}");

        Answer warned = client.raw(FLOWER, "label_set=long");

        // start, a, 80 very, old cat, end
        assertThat(warned.json().path("warnings").toString())
                .isEqualTo("[{\"label\":\"" + old + "\",\"tokens\":85,\"truncated_to\":77}]");
        assertProblem(client.raw(FLOWER, "label_set=long&truncate=false"), ProblemType.LABEL_TOO_LONG);
    }

    @Test
    void classify_presetAtItsFirstUse_isEncoded() {
        Answer answer = client.raw(FLOWER, "label_set=cifar-100&top=1");

        assertThat(answer.probability("sunflower")).isGreaterThan(0.5);
        assertThat(client.get("/label-sets/cifar-100/status")
                        .json()
                        .path("state")
                        .asString())
                .isEqualTo("ready");
    }
}
