package dev.farsight.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchFolderTest {

  @TempDir Path folder;

  @Test
  void whatIsInUseStaysAndWhatWasLeftGoes() throws IOException {
    Path left = Files.createDirectories(folder.resolve("work/farsight-process-1-left/run"));
    Path foreign = Files.createDirectories(folder.resolve("work/other"));
    try (var first = ScratchFolder.in(folder.resolve("work"), 1)) {
      assertThat(left).doesNotExist();
      assertThat(left.getParent()).doesNotExist();
      Files.createFile(first.path().resolve("file"));
      try (var second = ScratchFolder.in(folder.resolve("work"), 1)) {
        assertThat(second.path()).isEmptyDirectory().isNotEqualTo(first.path());
        assertThat(first.path().resolve("file")).exists();
      }
    }
    try (var files = Files.list(folder.resolve("work"))) {
      assertThat(files).containsExactly(foreign);
    }
  }
}
