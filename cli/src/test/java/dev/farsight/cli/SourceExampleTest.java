package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page about sources shows the example as it is built and tested. */
class SourceExampleTest {

  private static final Path DOCS = Distribution.ROOT.resolve("docs");

  @ParameterizedTest
  @ValueSource(strings = {"java/org/example/jsonl/JsonlFactory.java", "resources/reference.conf"})
  void thePageHasTheFile(String file) throws IOException {
    String page = Files.readString(DOCS.resolve("writing-a-source.md"));
    String shown = Files.readString(DOCS.resolve("examples/source-plugin/src/main").resolve(file));
    assertThat(page).contains("\n" + shown + "```");
  }
}
