package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {

  private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 4, 5, 6, 7);

  @TempDir Path folder;

  private static Settings settings(Path directory) {
    return Settings.of(
        "farsight", ConfigFactory.parseMap(Map.of("run.directory", directory.toString())));
  }

  @Test
  void aDirectoryNamedAfterTheTimeIsAlwaysANewOne() throws IOException {
    var runs = folder.resolve("runs");
    var first = RunDirectory.automatic(runs, "train", NOW);
    var second = RunDirectory.automatic(runs, "train", NOW);
    var third = RunDirectory.automatic(runs, "train", NOW);
    assertThat(first.path()).isEqualTo(runs.resolve("20260304-050607-train")).isDirectory();
    assertThat(second.path()).isEqualTo(runs.resolve("20260304-050607-train-2")).isDirectory();
    assertThat(third.path()).isEqualTo(runs.resolve("20260304-050607-train-3")).isDirectory();
  }

  @Test
  void discardTakesAwayOnlyWhatItMade() throws IOException {
    Path path = folder.resolve("a").resolve("b");
    var made = RunDirectory.make(settings(path), "train", NOW);
    Files.writeString(made.log(), "log");
    made.discard();
    assertThat(path).doesNotExist();

    Files.createDirectories(path);
    Path other = Files.writeString(path.resolve("notes.txt"), "mine");
    var found = RunDirectory.make(settings(path), "train", NOW);
    Files.writeString(found.log(), "log");
    found.discard();
    assertThat(other).exists();
    assertThat(found.log()).doesNotExist();
  }

  @Test
  void aPathThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> RunDirectory.make(settings(file.resolve("run")), "train", NOW))
        .isInstanceOf(FarsightException.class)
        .hasMessage(
            "run.directory: %s: cannot be made: not a directory; a file is where a folder is needed; name another path"
                .formatted(file.resolve("run")));
  }
}
