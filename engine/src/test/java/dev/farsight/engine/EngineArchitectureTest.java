package dev.farsight.engine;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The structure of the engine: no package cycles, no class with too many imports or lines. */
@AnalyzeClasses(packages = "dev.farsight.engine", importOptions = DoNotIncludeTests.class)
class EngineArchitectureTest {

  private static final int MOST_LINES_IN_ROOT = 250;
  private static final int MOST_IMPORTS = 20;

  private static final Path ROOT = Path.of("src/main/java/dev/farsight/engine");

  /** An import of a class of this project; a static import counts for the class it imports from. */
  private static final Pattern IMPORT =
      Pattern.compile(
          "^import (?:static )?(dev\\.farsight\\.(?:[a-z0-9]+\\.)+[A-Z]\\w*)", Pattern.MULTILINE);

  private static final Pattern WILDCARD =
      Pattern.compile("^import (?!static )dev\\.farsight\\.[a-z0-9.]+\\*;", Pattern.MULTILINE);

  /** Each package is a slice, the root package too. */
  private static final SliceAssignment PACKAGES =
      new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
          String name = javaClass.getPackageName();
          return name.equals("dev.farsight.engine") || name.startsWith("dev.farsight.engine.")
              ? SliceIdentifier.of(name)
              : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
          return "packages of the engine";
        }
      };

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().assignedFrom(PACKAGES).should().beFreeOfCycles();

  @Test
  void noSourceFileOfTheRootPackageIsLong() throws IOException {
    Map<Path, Integer> tooLong = new TreeMap<>();
    try (Stream<Path> files = Files.list(ROOT)) {
      for (Path file : files.filter(EngineArchitectureTest::isSource).toList()) {
        int lines = Files.readAllLines(file).size();
        if (lines > MOST_LINES_IN_ROOT) {
          tooLong.put(file, lines);
        }
      }
    }
    assertThat(tooLong).as("files over %d lines", MOST_LINES_IN_ROOT).isEmpty();
  }

  @Test
  void noSourceFileImportsManyClassesOfTheProject() throws IOException {
    Map<Path, Integer> tooMany = new TreeMap<>();
    List<Path> wildcards = new ArrayList<>();
    int seen = 0;
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file : files.filter(EngineArchitectureTest::isSource).toList()) {
        String source = Files.readString(file);
        if (WILDCARD.matcher(source).find()) {
          wildcards.add(file);
        }
        int imports = importedClasses(source);
        seen += imports;
        if (imports > MOST_IMPORTS) {
          tooMany.put(file, imports);
        }
      }
    }
    assertThat(seen).as("imports in all").isPositive();
    assertThat(wildcards).as("files with imports that cannot be counted").isEmpty();
    assertThat(tooMany).as("files with over %d imported classes", MOST_IMPORTS).isEmpty();
  }

  @Test
  void importsAreCountedByClass() {
    String source =
        """
        import static dev.farsight.api.A.one;
        import static dev.farsight.api.A.two;
        import dev.farsight.api.A;
        import dev.farsight.api.data.B;
        import dev.farsight.api.data.B.Inner;
        import java.util.List;
        """;
    assertThat(importedClasses(source)).isEqualTo(2);
  }

  private static boolean isSource(Path file) {
    return file.toString().endsWith(".java");
  }

  private static int importedClasses(String source) {
    return IMPORT
        .matcher(source)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toSet())
        .size();
  }
}
