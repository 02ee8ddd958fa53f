package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import dev.farsight.cli.DocumentationPage.Block;
import dev.farsight.engine.config.FarsightConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The code in the documentation is right: Java compiles, configurations have known keys, and what
 * is in other languages can be parsed. Commands are those of {@link DocumentedCommandsTest}.
 */
class DocumentedSnippetsTest {

  @TempDir private Path folder;

  private static Stream<DocumentationPage> pages() throws IOException {
    return DocumentationPage.all().filter(page -> !page.blocks().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void javaCompiles(DocumentationPage page) throws IOException {
    var snippets = new JavaSnippets(folder);
    for (Block block : page.blocks("java")) {
      snippets.add(block);
    }
    assertThat(snippets.compile()).isEmpty();
  }

  @Test
  void codeThatDoesNotCompileIsFound() throws IOException {
    var snippets = new JavaSnippets(folder);
    for (Block block :
        new DocumentationPage(Path.of("x.md"), "```java\nTape tape = tap;\n```\n").blocks()) {
      snippets.add(block);
    }
    assertThat(snippets.compile()).contains("tap");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void configurationsHaveKnownKeys(DocumentationPage page) throws IOException {
    for (Block block : page.blocks("hocon")) {
      String place = page + ":" + block.line();
      Path conf = folder.resolve("line-" + block.line() + ".conf");
      Files.writeString(conf, block.code());
      if (isReference(block) || isSuite(block)) {
        assertThatCode(() -> ConfigFactory.parseString(block.code()))
            .as(place)
            .doesNotThrowAnyException();
      } else {
        assertThatCode(() -> resolve(page, conf)).as(place).doesNotThrowAnyException();
      }
    }
  }

  /** The defaults of a plugin that the page writes. */
  private static boolean isReference(Block block) {
    return block.lead().contains("reference.conf");
  }

  private static boolean isSuite(Block block) {
    return ConfigFactory.parseString(block.code()).hasPath("ablation");
  }

  private void resolve(DocumentationPage page, Path conf) throws IOException {
    Config own = ConfigFactory.empty();
    for (Block block : page.blocks("hocon")) {
      if (isReference(block)) {
        own = own.withFallback(ConfigFactory.parseString(block.code()));
      }
    }
    Path classes = Files.createDirectories(folder.resolve("reference"));
    Files.writeString(classes.resolve("reference.conf"), own.root().render());
    try (var loader =
        new java.net.URLClassLoader(
            new java.net.URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
      FarsightConfig.ofFile(conf).resolve(List.of(getClass().getClassLoader(), loader));
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void otherLanguagesParse(DocumentationPage page) throws Exception {
    for (Block block : page.blocks()) {
      String place = page + ":" + block.line();
      switch (block.language()) {
        case "json" ->
            assertThatCode(
                    () ->
                        ConfigFactory.parseString(
                            block.code(),
                            ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON)))
                .as(place)
                .doesNotThrowAnyException();
        case "xml" ->
            assertThatCode(
                    () ->
                        DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(
                                new ByteArrayInputStream(
                                    block.code().getBytes(StandardCharsets.UTF_8))))
                .as(place)
                .doesNotThrowAnyException();
        case "sh", "bash" -> assertParses(place, block, "bash", "-n");
        case "", "console", "hocon", "java", "python" -> {}
        default -> throw new AssertionError(place + ": " + block.language() + " is not checked");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void pythonParses(DocumentationPage page) throws Exception {
    List<Block> blocks = page.blocks("python");
    assumeTrue(!blocks.isEmpty());
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":", -1))
            .anyMatch(bin -> Files.isExecutable(Path.of(bin, "python3"))));
    for (Block block : blocks) {
      String place = page + ":" + block.line();
      assertParses(
          place, block, "python3", "-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())");
    }
  }

  private void assertParses(String place, Block block, String... command) throws Exception {
    Path file = folder.resolve("line-" + block.line());
    Files.writeString(file, block.code());
    var words = new java.util.ArrayList<>(List.of(command));
    words.add(file.toString());
    var result = Distribution.run(folder, words);
    assertThat(result.status()).as("%s: %s", place, result.err()).isZero();
  }
}
