package dev.clipserve.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.labels.LabelSet.Entry;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class LabelSetJsonTest {

    private static LabelSet read(String json) {
        return LabelSetJson.read("pets", JsonMapper.shared().readTree(json.replace('\'', '"')));
    }

    @Test
    void read_everything_isWhatWriteGives() {
        LabelSet set = read("{'name':'pets','description':'at home',"
                + "'labels':[' cat ',{'label':'dog','prompts':['a, barking pet','woof']},{'label':'fish'}],"
                + "'templates':['openai-7','a {}.'],'none_label':' other'}");

        assertThat(set)
                .isEqualTo(new LabelSet(
                        "pets",
                        Optional.of("at home"),
                        List.of(Entry.of("cat"), new Entry("dog", List.of("a, barking pet", "woof")), Entry.of("fish")),
                        List.of("openai-7", "a {}."),
                        Optional.of("other")));
        assertThat(LabelSetJson.read("pets", LabelSetJson.write(set))).isEqualTo(set);
    }

    @Test
    void read_nulls_countAsAbsent() {
        LabelSet set = read("{'description':null,'labels':['cat'],'templates':null,'none_label':null}");

        assertThat(set)
                .isEqualTo(
                        new LabelSet("pets", Optional.empty(), List.of(Entry.of("cat")), List.of(), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "[] | The label set is a list; it must be an object.",
                "{} | 'labels' is missing; it must be a list of labels",
                "{'labels':'cat'} | 'labels' is the string 'cat'; it must be a list of labels",
                "{'labels':[]} | There are no labels",
                "{'labels':['cat',5]} | Label 2 is the value 5 without quotes; it must be a string or",
                "{'labels':['cat',null]} | Label 2 is null",
                "{'labels':['cat',{'prompts':['a']}]} | Label 2 has no 'label'.",
                "{'labels':['cat',{'lable':'a'}]} | Label 2 has an unknown field 'lable'; allowed are label, prompts.",
                "{'labels':[{'label':'cat','prompts':[]}]} | The prompts of label 'cat' are empty",
                "{'labels':[{'label':'cat','prompts':[1]}]} | An element of 'prompts' of label 'cat' is the value 1",
                "{'labels':[{'label':'cat','prompts':'x'}]} | 'prompts' of label 'cat' is the string 'x'; it must be a"
                        + " list of strings.",
                "{'labels':['cat','dog',' cat']} | Label 'cat' is there twice, at places 1 and 3",
                "{'labels':['cat'],'none_label':'cat'} | The none_label 'cat' is also label 1",
                "{'labels':['cat'],'templates':[]} | 'templates' is empty; leave it out",
                "{'labels':['cat'],'templates':{}} | 'templates' is an object; it must be a list of strings.",
                "{'labels':['cat'],'name':'dogs'} | 'name' is 'dogs', but the set is called 'pets'",
                "{'labels':['cat'],'label':'x'} | The label set has an unknown field 'label'; allowed are description,"
                        + " labels, name, none_label, templates.",
                "{'labels':['cat'],'description':5} | 'description' is the value 5 without quotes; it must be a string."
            })
    void read_fault_saysWhatAndWhere(String json, String message) {
        assertThatThrownBy(() -> read(json)).hasMessageContaining(message);
    }

    @Test
    void read_nameThatIsNone_saysWhatNamesAreLike() {
        assertThatThrownBy(
                        () -> LabelSetJson.read("My Pets", JsonMapper.shared().readTree("{}")))
                .hasMessage("'My Pets' is no name for a label set; one has 1 to 100 small letters, digits and '.', '_',"
                        + " '-', with a letter or digit in front.");
    }
}
