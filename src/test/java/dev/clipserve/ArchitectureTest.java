package dev.clipserve;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;

/** The arrows of the house, as the package descriptions draw them. */
@AnalyzeClasses(packages = "dev.clipserve", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule packages_areFreeOfCycles =
            slices().matching("dev.clipserve.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule arrows_pointDown = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("root")
            .definedBy("dev.clipserve")
            .layer("cli")
            .definedBy("dev.clipserve.cli..")
            .layer("api")
            .definedBy("dev.clipserve.api..")
            .layer("hub")
            .definedBy("dev.clipserve.hub..")
            .layer("redis")
            .definedBy("dev.clipserve.redis..")
            .layer("access")
            .definedBy("dev.clipserve.access..")
            .layer("labels")
            .definedBy("dev.clipserve.labels..")
            .layer("zeroshot")
            .definedBy("dev.clipserve.zeroshot..")
            .layer("clip")
            .definedBy("dev.clipserve.clip..")
            .layer("image")
            .definedBy("dev.clipserve.image..")
            .layer("text")
            .definedBy("dev.clipserve.text..")
            .layer("batching")
            .definedBy("dev.clipserve.batching..")
            .layer("cache")
            .definedBy("dev.clipserve.cache..")
            .layer("fetch")
            .definedBy("dev.clipserve.fetch..")
            .layer("onnx")
            .definedBy("dev.clipserve.onnx..")
            .whereLayer("root")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("cli")
            .mayOnlyBeAccessedByLayers("root")
            .whereLayer("api")
            .mayOnlyBeAccessedByLayers("root", "cli")
            .whereLayer("hub")
            .mayOnlyBeAccessedByLayers("root", "cli")
            .whereLayer("redis")
            .mayOnlyBeAccessedByLayers("root")
            .whereLayer("access")
            .mayOnlyBeAccessedByLayers("root", "api")
            .whereLayer("labels")
            .mayOnlyBeAccessedByLayers("root", "cli", "api", "redis")
            .whereLayer("zeroshot")
            .mayOnlyBeAccessedByLayers("root", "cli", "api", "labels")
            .whereLayer("clip")
            .mayOnlyBeAccessedByLayers("root", "cli", "api", "hub", "labels", "zeroshot")
            .whereLayer("image")
            .mayOnlyBeAccessedByLayers("root", "cli", "api", "zeroshot", "clip")
            .whereLayer("text")
            .mayOnlyBeAccessedByLayers("api", "labels", "zeroshot", "clip")
            .whereLayer("batching")
            .mayOnlyBeAccessedByLayers("root", "cli", "api", "labels", "zeroshot", "clip", "image", "cache", "fetch")
            .whereLayer("cache")
            .mayOnlyBeAccessedByLayers("labels", "zeroshot", "clip")
            .whereLayer("fetch")
            .mayOnlyBeAccessedByLayers("root", "api")
            .whereLayer("onnx")
            .mayOnlyBeAccessedByLayers("root", "clip");

    @ArchTest
    static final ArchRule dialects_areKnownToRootOnly = noClasses()
            .that()
            .resideInAPackage("dev.clipserve.api")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.clipserve.api.dialect..");

    @ArchTest
    static final ArchRule dialects_doNotKnowEachOther =
            slices().matching("dev.clipserve.api.dialect.(*)..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule runtime_isKnownToOnnxOnly = noClasses()
            .that()
            .resideOutsideOfPackage("dev.clipserve.onnx..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.onnxruntime..");

    @ArchTest
    static final ArchRule tokenizers_areKnownToTextOnly = noClasses()
            .that()
            .resideOutsideOfPackage("dev.clipserve.text..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl..");

    @ArchTest
    static final ArchRule httpClient_isKnownToFetchAndHubOnly = noClasses()
            .that()
            .resideOutsideOfPackages("dev.clipserve.fetch..", "dev.clipserve.hub..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.hc..");

    @ArchTest
    static final ArchRule picocli_isKnownToCliOnly = noClasses()
            .that()
            .resideOutsideOfPackage("dev.clipserve.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..");

    @ArchTest
    static final ArchRule redis_isKnownToRedisAndTheRootOnly = noClasses()
            .that()
            .resideOutsideOfPackages("dev.clipserve", "dev.clipserve.redis..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework.data..", "io.lettuce..", "io.netty..");

    @ArchTest
    static final ArchRule spring_isKnownToRootApiAndRedisOnly = noClasses()
            .that()
            .resideOutsideOfPackages("dev.clipserve", "dev.clipserve.api..", "dev.clipserve.redis..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "jakarta..");

    /** The time of day may jump; what waits, expires or is limited goes by {@link System#nanoTime}. */
    @ArchTest
    static final ArchRule timeOfDay_isAskedByNobodyButForDates = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.clipserve.api.dialect.openai.OpenAiModelController")
            .and()
            .doNotHaveFullyQualifiedName("dev.clipserve.labels.AtomicFiles")
            .and()
            // Retry-After may be a date.
            .doNotHaveFullyQualifiedName("dev.clipserve.hub.Refusals")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class);

    @ArchTest
    static final ArchRule packages_areNullMarked = classes().should(beInANullMarkedPackage());

    private static ArchCondition<JavaClass> beInANullMarkedPackage() {
        return new ArchCondition<>("be in a package that is @NullMarked") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                boolean marked = item.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(item, marked, item.getPackageName() + " @NullMarked: " + marked));
            }
        };
    }
}
