package dev.farsight.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rooms of the house: which module may see which. A new module must be entered here, with its
 * one package tree.
 */
@AnalyzeClasses(packages = "dev.farsight", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String API = "core-api";

  /** Made by the compiler of protocol files. */
  private static final String GENERATED = "dev.farsight.serving.protocol..";

  private static final Map<String, String> PACKAGE_OF_MODULE =
      Map.ofEntries(
          Map.entry(API, "dev.farsight.api"),
          Map.entry("testkit", "dev.farsight.testkit"),
          Map.entry("cache-lru", "dev.farsight.cache.lru"),
          Map.entry("cache-lfu", "dev.farsight.cache.lfu"),
          Map.entry("collective", "dev.farsight.collective"),
          Map.entry("storage-offheap", "dev.farsight.storage.offheap"),
          Map.entry("storage-ssd", "dev.farsight.storage.ssd"),
          Map.entry("compute-nd4j", "dev.farsight.compute.nd4j"),
          Map.entry("compute-jcuda", "dev.farsight.compute.jcuda"),
          Map.entry("plugin-guice", "dev.farsight.guice"),
          Map.entry("models-dlrm", "dev.farsight.models.dlrm"),
          Map.entry("models-ctr", "dev.farsight.models.ctr"),
          Map.entry("reading", "dev.farsight.reading"),
          Map.entry("datasets", "dev.farsight.datasets"),
          Map.entry("onnx", "dev.farsight.onnx"),
          Map.entry("parquet", "dev.farsight.parquet"),
          Map.entry("engine", "dev.farsight.engine"),
          Map.entry("serving", "dev.farsight.serving"),
          Map.entry("pages", "dev.farsight.pages"),
          Map.entry("bench", "dev.farsight.bench"),
          Map.entry("watch", "dev.farsight.watch"),
          Map.entry("spark", "dev.farsight.spark"),
          Map.entry("cli", "dev.farsight.cli"));

  /** What rooms see besides core-api. */
  private static final Map<String, Set<String>> SEEN =
      Map.of(
          "datasets", Set.of("reading"),
          "parquet", Set.of("reading"),
          "compute-jcuda", Set.of("collective"));

  /** Those on the upper floors see everything below. */
  private static final Map<String, Set<String>> HIDDEN_FROM_UPPER_FLOORS =
      Map.of(
          "cli", Set.of("testkit"),
          "bench", Set.of("cli", "serving", "testkit", "watch"),
          "serving", Set.of("cli", "bench", "testkit", "watch"),
          "watch", Set.of("cli", "testkit", "bench", "serving"));

  @ArchTest static final ArchRule modulesDependDownwards = classes().should(new DependDownwards());

  @ArchTest
  static final ArchRule coreApiKnowsConfigAlone =
      classes()
          .that()
          .resideInAPackage("dev.farsight.api..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("dev.farsight.api..", "java..", "com.typesafe.config..");

  /** What others cannot use would be no API. */
  @ArchTest
  static final ArchRule sourcesAreMadeOfThePublicPartsOfReading =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.farsight.reading..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.farsight.reading.internal..");

  @ArchTest
  static final ArchRule thereIsNoStaticState =
      fields()
          .that()
          .areStatic()
          .and()
          .areNotFinal()
          .and()
          .areDeclaredInClassesThat()
          .resideOutsideOfPackage(GENERATED)
          .should(new NotExist())
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule nobodyTouchesUnsafe =
      noClasses().should().dependOnClassesThat().resideInAnyPackage("sun..", "jdk.internal..");

  /** A class outside of the packages above would escape the rules. */
  @ArchTest
  static void everyClassBelongsToAModule(JavaClasses all) {
    var seen = new TreeSet<String>();
    all.forEach(javaClass -> seen.add(moduleOf(javaClass)));
    assertThat(PACKAGE_OF_MODULE).containsKeys(seen.toArray(String[]::new));
    assertThat(seen).contains(API, "engine", "cli", "cache-lru", "compute-nd4j", "datasets");
  }

  private static String moduleOf(JavaClass javaClass) {
    String name = javaClass.getPackageName() + ".";
    return PACKAGE_OF_MODULE.entrySet().stream()
        .filter(module -> name.startsWith(module.getValue() + "."))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("no module of this build");
  }

  private static boolean maySee(String from, String to) {
    if (from.equals(to) || to.equals(API) || SEEN.getOrDefault(from, Set.of()).contains(to)) {
      return true;
    }
    Set<String> hidden = HIDDEN_FROM_UPPER_FLOORS.get(from);
    return hidden != null && !hidden.contains(to);
  }

  private static final class DependDownwards extends ArchCondition<JavaClass> {

    DependDownwards() {
      super("depend on core-api and what they may see besides, unless they are on an upper floor");
    }

    @Override
    public void check(JavaClass javaClass, ConditionEvents events) {
      String from = moduleOf(javaClass);
      javaClass.getDirectDependenciesFromSelf().stream()
          .filter(use -> use.getTargetClass().getPackageName().startsWith("dev.farsight"))
          .filter(use -> !maySee(from, moduleOf(use.getTargetClass().getBaseComponentType())))
          .forEach(
              use ->
                  events.add(
                      SimpleConditionEvent.violated(
                          javaClass, "module " + from + ": " + use.getDescription())));
    }
  }

  private static final class NotExist extends ArchCondition<JavaField> {

    NotExist() {
      super("not exist");
    }

    @Override
    public void check(com.tngtech.archunit.core.domain.JavaField field, ConditionEvents events) {
      if (!field.getName().startsWith("$")) {
        events.add(SimpleConditionEvent.violated(field, field.getFullName() + " is static state"));
      }
    }
  }
}
