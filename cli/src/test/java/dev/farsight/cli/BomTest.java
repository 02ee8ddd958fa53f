package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code farsight-bom} has every artifact that others may depend on. */
class BomTest {

  private static final Pattern MODULE = Pattern.compile("<module>(.*?)</module>");
  private static final Pattern ARTIFACT =
      Pattern.compile("<artifactId>(farsight-.*?)</artifactId><version>");
  private static final Pattern OWN_ARTIFACT =
      Pattern.compile("</parent>\\s*<artifactId>(.*?)</artifactId>");

  @Test
  void hasAllModulesButTheCommandAndTheExamples() throws IOException {
    List<String> artifacts =
        found(MODULE, Path.of("pom.xml"))
            .filter(module -> !module.equals("bom") && !module.equals("cli"))
            .filter(module -> !module.startsWith("docs/"))
            .map(module -> ownArtifact(Path.of(module, "pom.xml")))
            .toList();
    assertThat(artifacts).contains("farsight-core-api", "farsight-engine");
    assertThat(found(ARTIFACT, Path.of("bom/pom.xml")))
        .containsExactlyInAnyOrderElementsOf(artifacts);
  }

  private static String ownArtifact(Path pom) {
    try {
      return found(OWN_ARTIFACT, pom).findFirst().orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> found(Pattern pattern, Path file) throws IOException {
    String text = Files.readString(Distribution.ROOT.resolve(file));
    return pattern.matcher(text).results().map(result -> result.group(1));
  }
}
