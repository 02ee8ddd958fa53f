package dev.farsight.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation.
 *
 * @param path relative to the root of the sources
 */
record DocumentationPage(Path path, String text) {

  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^(?:<!-- given:\\s+(.*?) -->\n+)?( *)```([a-z]*)\n(.*?)^ *```");

  /**
   * A block of code.
   *
   * @param language as the block says, or empty
   * @param line the number of its first line in the page
   * @param lead the text before the block, back to the last empty line
   * @param given what the page says, in a comment that readers do not see, about names that the
   *     code takes for granted; empty if nothing
   */
  record Block(String language, int line, String lead, String given, String code) {}

  /** All pages that users and authors of plugins read. */
  static Stream<DocumentationPage> all() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String page : List.of("README.md", "CONTRIBUTING.md", "cli/src/main/assembly/README.md")) {
      pages.add(Path.of(page));
    }
    try (var files = Files.walk(Distribution.ROOT.resolve("docs"))) {
      files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !file.toString().contains("/target/"))
          .map(Distribution.ROOT::relativize)
          .sorted()
          .forEach(pages::add);
    }
    return pages.stream().map(DocumentationPage::read);
  }

  private static DocumentationPage read(Path path) {
    try {
      return new DocumentationPage(path, Files.readString(Distribution.ROOT.resolve(path)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Block> blocks() {
    return BLOCK
        .matcher(text)
        .results()
        .map(
            block -> {
              String before = text.substring(0, block.start());
              String lead = before.stripTrailing();
              return new Block(
                  block.group(3),
                  text.substring(0, block.start(4)).split("\n", -1).length,
                  lead.substring(lead.lastIndexOf("\n\n") + 1).strip(),
                  block.group(1) == null ? "" : block.group(1),
                  block.group(4).indent(-block.group(2).length()));
            })
        .toList();
  }

  /** The blocks in a language. */
  List<Block> blocks(String language) {
    return blocks().stream().filter(block -> block.language().equals(language)).toList();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
