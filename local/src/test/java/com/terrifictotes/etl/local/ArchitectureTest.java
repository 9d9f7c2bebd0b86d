package com.terrifictotes.etl.local;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Which module may know which, and what stays at the edges. */
class ArchitectureTest {

    private static final String ROOT = "com.terrifictotes.etl";
    private static final String[] STAGES = {ROOT + ".extract..", ROOT + ".transform..", ROOT + ".load.."};

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT)
            .that(DescribedPredicate.not(resideInAPackage(ROOT + ".testsupport..")));

    @Test
    void everyModuleWasSeen() {
        for (String module : new String[] {"common", "extract", "transform", "load", "parquet", "local", "loopback"}) {
            assertThat(CLASSES.stream().filter(resideInAPackage(ROOT + "." + module + "..")))
                    .as(module)
                    .isNotEmpty();
        }
    }

    @Test
    void stagesDoNotKnowEachOther() {
        slices().matching(ROOT + ".(*)..")
                .namingSlices("$1")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(
                        resideInAPackage(ROOT + ".."),
                        resideInAnyPackage(ROOT + ".common..", ROOT + ".parquet..", ROOT + ".loopback.."))
                .ignoreDependency(resideInAPackage(ROOT + ".local.."), resideInAPackage(ROOT + ".."))
                .check(CLASSES);
    }

    @Test
    void commonAndLoopbackKnowNoOtherModule() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".common..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage(ROOT + "..").and(DescribedPredicate.not(resideInAPackage(ROOT + ".common.."))))
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".loopback..")
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + "..")
                        .and(DescribedPredicate.not(resideInAPackage(ROOT + ".loopback.."))))
                .check(CLASSES);
    }

    @Test
    void stagesRunWithoutTheLoopbackServers() {
        noClasses()
                .that()
                .resideInAnyPackage(STAGES)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".loopback..")
                .check(CLASSES);
    }

    @Test
    void catalogueKnowsNeitherAwsNorJdbcNorJson() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".common.catalogue..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "software.amazon..", "com.amazonaws..", "java.sql..", "org.postgresql..", "com.fasterxml..")
                .check(CLASSES);
    }

    @Test
    void stageLogicDoesNotKnowThatItRunsInLambda() {
        noClasses()
                .that()
                .resideInAnyPackage(STAGES)
                .and()
                .haveSimpleNameNotEndingWith("Handler")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.amazonaws..", ROOT + ".common.lambda..")
                .check(CLASSES);
    }

    @Test
    void everyStageHasOneHandler() {
        for (String stage : STAGES) {
            assertThat(CLASSES.stream()
                            .filter(resideInAPackage(stage))
                            .filter(type -> type.isAssignableTo(RequestStreamHandler.class)))
                    .as(stage)
                    .hasSize(1);
        }
    }

    @Test
    void environmentIsReadByHandlersOnly() {
        noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Handler")
                .should()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .check(CLASSES);
    }

    @Test
    void nothingPrintsButThroughLogMetricsOrCommand() {
        noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Handler")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(CLASSES.stream().map(JavaClass::getPackage).distinct()).allMatch(annotatedWith(NullMarked.class));
    }
}
