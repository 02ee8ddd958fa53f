package dev.farsight.bench.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A suite's folder in which others left things: nothing outside of it changes. */
class SuiteDirectoryTest {

  @TempDir private Path folder;
  private Path suite;
  private Path elsewhere;
  private Path precious;
  private Cell cell;

  @BeforeEach
  void prepare() throws IOException {
    suite = folder.resolve("suite");
    elsewhere = Files.createDirectories(folder.resolve("elsewhere/store"));
    precious = Files.writeString(elsewhere.resolve("file"), "precious");
    cell = SuiteTests.schedule(folder, "axes { cache.policy = [lru] }").cells().get(0);
  }

  @Test
  void aFolderOfCellsThatIsALinkIsRefused() throws IOException {
    Files.createDirectories(suite);
    Files.createSymbolicLink(suite.resolve("cells"), elsewhere);
    assertThatThrownBy(() -> SuiteDirectory.open(suite))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("cells: is a symbolic link");
    assertThat(precious).hasContent("precious");
  }

  @Test
  void aCellThatIsALinkIsRefused() throws IOException {
    try (var directory = SuiteDirectory.open(suite)) {
      Files.createSymbolicLink(directory.cell(cell), elsewhere.getParent());
      assertThatThrownBy(() -> directory.fresh(cell)).hasMessageContaining("is a symbolic link");
      assertThatThrownBy(() -> directory.tidy(cell)).hasMessageContaining("is a symbolic link");
    }
    assertThat(precious).hasContent("precious");
  }

  @Test
  void aStoreThatIsALinkIsUnlinked() throws IOException {
    try (var directory = SuiteDirectory.open(suite)) {
      Path store = directory.fresh(cell).resolve("store");
      Files.createSymbolicLink(store, elsewhere);
      directory.tidy(cell);
      assertThat(store).doesNotExist();
      Files.createSymbolicLink(directory.cell(cell).resolve("more"), elsewhere);
      directory.fresh(cell);
    }
    assertThat(precious).hasContent("precious");
  }

  @Test
  void aLockThatIsALinkIsNotFollowed() throws IOException {
    Files.createDirectories(suite);
    Files.createSymbolicLink(suite.resolve("lock"), precious);
    assertThatThrownBy(() -> SuiteDirectory.open(suite)).isInstanceOf(FarsightException.class);
    assertThat(precious).hasContent("precious");
  }

  @Test
  void resultsReplaceALinkAndNotWhatItNames() throws IOException {
    try (var directory = SuiteDirectory.open(suite)) {
      Files.createSymbolicLink(suite.resolve("results.csv"), precious);
      Files.createSymbolicLink(suite.resolve("results.csv.partial"), precious);
      directory.write("results.csv", "new");
    }
    assertThat(precious).hasContent("precious");
    assertThat(suite.resolve("results.csv")).hasContent("new").isRegularFile();
  }

  @Test
  void aSecondSuiteInTheFolderIsRefusedAlsoInOneProcess() {
    try (var first = SuiteDirectory.open(suite)) {
      assertThat(first.path()).isEqualTo(suite);
      assertThatThrownBy(() -> SuiteDirectory.open(suite))
          .isInstanceOf(FarsightException.class)
          .hasMessageContaining("runs a suite there; wait for it, or choose another --out");
    }
  }

  @Test
  void whatCannotBeMadeIsToldWithTheReason() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> SuiteDirectory.open(file.resolve("suite")))
        .hasMessageContaining("cannot be made: ")
        .hasMessageContaining("a file is where a folder is needed");
  }
}
