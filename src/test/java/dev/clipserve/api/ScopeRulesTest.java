package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.access.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no operation of the contract; those are asked one by one in {@link AccessHttpTest}. */
class ScopeRulesTest {

    private static String scope(ScopeRules rules, String method, String path) {
        return rules.of(method, path).map(Scope::label).orElse("open");
    }

    @ParameterizedTest
    @CsvSource({
        "HEAD, /label-sets/pets, classify",
        "OPTIONS, /label-sets/pets, classify",
        "PATCH, /label-sets/pets, label-sets",
        "POST, /label-sets, label-sets",
        "DELETE, /label-sets/pets/status, label-sets",
        "PUT, /label-sets/;a=b/pets, label-sets",
        "PUT, /label%2dsets/pets, label-sets",
        "DELETE, /models/mini-clip, classify",
        "GET, /nothing, classify",
        "GET, /, open",
        "GET, /playground/app.js, open",
        "GET, /playground, classify",
        "GET, /playground/app.js/more, classify",
        "GET, /error, classify",
        "GET, /docsx, classify",
        "GET, /DOCS, classify",
        "GET, /docs/swagger-ui/swagger-ui.css, open",
        "POST, /problems/none, open",
        "GET, /problems/none/more, classify",
        "GET, /manage/health, open",
        "GET, /manage/health/liveness, open",
        "GET, /manage/health/redis, metrics",
        "GET, /manage/prometheus, metrics",
        "POST, /manage/anything, metrics",
        "GET, /manage, metrics",
        "GET, /actuator/prometheus, classify"
    })
    void of_servicePort_isTheNarrowestScope(String method, String path, String scope) {
        assertThat(scope(ScopeRules.ofService("/manage"), method, path)).isEqualTo(scope);
    }

    @ParameterizedTest
    @CsvSource({"/health, open", "/health/readiness, open", "/prometheus, metrics", "/docs, metrics", "/models, metrics"
    })
    void of_managementPort_isMetricsButForProbes(String path, String scope) {
        assertThat(scope(ScopeRules.ofManagementPort(""), "GET", path)).isEqualTo(scope);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /classify, classify",
        "DELETE, /label-sets/pets, label-sets",
        "GET, /docs, open",
        "GET, /health, classify",
        "GET, /actuator/health, classify"
    })
    void of_servicePortAlone_hasNoManagementPaths(String method, String path, String scope) {
        assertThat(scope(ScopeRules.ofServiceAlone(), method, path)).isEqualTo(scope);
    }

    @ParameterizedTest
    @CsvSource({
        "/docs, /docs/prometheus, metrics",
        "/playground, /playground/prometheus, metrics",
        "/problems, /problems/info, metrics",
        "/docs/manage, /docs/manage/health/readiness, open"
    })
    void ofService_managementBelowWhatIsOpen_needsItsScope(String management, String path, String scope) {
        assertThat(scope(ScopeRules.ofService(management), "GET", path)).isEqualTo(scope);
    }

    /** Whose keys are for metrics could otherwise change label sets, and nobody else could classify. */
    @Test
    void ofService_managementAtTheRoot_isRefused() {
        assertThatThrownBy(() -> ScopeRules.ofService("")).isInstanceOf(IllegalArgumentException.class);
    }
}
