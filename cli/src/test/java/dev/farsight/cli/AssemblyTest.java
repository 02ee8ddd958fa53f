package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the distribution is made of, as its descriptor says. */
class AssemblyTest {

  private static final Path ASSEMBLY = Path.of("src/main/assembly");

  private static List<String> found(Path file, String pattern) throws IOException {
    return Pattern.compile(pattern)
        .matcher(Files.readString(file))
        .results()
        .map((MatchResult result) -> result.group(1))
        .toList();
  }

  /** Maven asks for the pom of each jar, and for that of its parent. */
  @Test
  void theRepositoryForAuthorsHasThePomOfEveryModule() throws IOException {
    List<String> modules =
        found(Distribution.ROOT.resolve("pom.xml"), "<module>([a-z0-9-]+)</module>").stream()
            .filter(module -> !module.equals("cli"))
            .toList();
    assertThat(found(ASSEMBLY.resolve("distribution.xml"), "<source>\\.\\./(\\S+)/pom\\.xml"))
        .containsExactlyInAnyOrderElementsOf(modules);
    assertThat(found(ASSEMBLY.resolve("distribution.xml"), "<source>\\.\\./(pom\\.xml)"))
        .hasSize(1);
  }

  @Test
  void everyPageThatItsReadmeNamesIsThere() throws IOException {
    assertThat(found(ASSEMBLY.resolve("README.md"), "\\]\\(([^)#]+)[)#]"))
        .hasSizeGreaterThan(10)
        .allSatisfy(page -> assertThat(Distribution.ROOT.resolve(page)).exists())
        .noneMatch(page -> page.matches("docs/results.*"));
  }
}
