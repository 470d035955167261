package dev.clipserve.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccessKeysTest {

    private static final AccessKey FIRST = Keys.key("first", "key one", Scope.CLASSIFY);
    private static final AccessKey LAST = Keys.key("last", "key two", Scope.METRICS);

    private final AccessKeys keys = new AccessKeys(List.of(FIRST, LAST));

    @Test
    void find_anyOfThem_isFoundAndNothingElse() {
        assertThat(keys.find("key one")).contains(FIRST);
        assertThat(keys.find("key two")).contains(LAST);
        assertThat(List.of("", "key", "key one ", "key three", Keys.sha256("key one")))
                .allSatisfy(other -> assertThat(keys.find(other)).isEmpty());
    }

    @Test
    void new_nameTwice_isRefused() {
        assertThatThrownBy(() -> new AccessKeys(List.of(FIRST, Keys.key("first", "key three", Scope.CLASSIFY))))
                .isInstanceOf(InvalidKeysException.class)
                .hasMessageContaining("'first' is there twice");
    }

    @Test
    void new_keyTwice_isRefused() {
        assertThatThrownBy(() -> new AccessKeys(List.of(FIRST, LAST, Keys.key("other", "key one", Scope.CLASSIFY))))
                .isInstanceOf(InvalidKeysException.class)
                .hasMessageContaining("'first' and 'other' have the same SHA-256");
    }

    @Test
    void accessKey_withoutScope_isRefused() {
        assertThatThrownBy(() -> AccessKey.of("web", Set.of(), Keys.sha256("key")))
                .isInstanceOf(InvalidKeysException.class)
                .hasMessageContaining("key 'web' has no scope; there are classify, label-sets, metrics");
    }

    @Test
    void toString_anyKey_doesNotTellItsHash() {
        assertThat(FIRST.toString())
                .contains("first")
                .doesNotContainIgnoringCase(Keys.sha256("key one").substring(0, 8));
    }
}
