package dev.farsight.api.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Symbolic links that others left do not lead out of the folder. */
class DurableFilesTest {

  @TempDir private Path folder;
  private Path precious;

  @BeforeEach
  void makeAFileElsewhere() throws IOException {
    precious =
        Files.writeString(
            Files.createDirectory(folder.resolve("elsewhere")).resolve("file"), "precious");
  }

  @Test
  void writingDoesNotFollowALinkOfThePartialFile() throws IOException {
    Files.createSymbolicLink(folder.resolve("x.json.partial"), precious);
    Path file = folder.resolve("x.json");
    DurableFiles.write(file, out -> out.writeBytes("new"));
    assertThat(precious).hasContent("precious");
    assertThat(file).hasContent("new").isRegularFile();
    assertThat(Files.isSymbolicLink(file)).isFalse();
  }

  @Test
  void deletingDeletesLinksAndNotWhatTheyNameAlsoWhereThatIsMissing() throws IOException {
    Path doomed = Files.createDirectory(folder.resolve("doomed"));
    Files.createSymbolicLink(doomed.resolve("to-folder"), precious.getParent());
    Files.createSymbolicLink(doomed.resolve("to-nothing"), folder.resolve("no"));
    DurableFiles.delete(doomed);
    Path link = Files.createSymbolicLink(folder.resolve("link"), precious.getParent());
    DurableFiles.delete(link);
    Path broken = Files.createSymbolicLink(folder.resolve("broken"), folder.resolve("no"));
    DurableFiles.delete(broken);
    assertThat(precious).hasContent("precious");
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(precious.getParent());
    }
  }
}
