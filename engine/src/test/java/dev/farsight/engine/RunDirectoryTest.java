package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.engine.event.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run directory belongs to one run. */
class RunDirectoryTest {

  @TempDir Path folder;

  private Trainer open(Path directory, String... sets) {
    TestRun run = new TestRun(folder).set("train.max-steps=3", "cache.size=\"10%\"").set(sets);
    return Trainer.open(run.config(), TestRun.builtIn(), directory, RunListener.NONE);
  }

  @Test
  void aSecondRunInTheSameDirectoryIsRefused() {
    Path directory = folder.resolve("run");
    try (Trainer first = open(directory)) {
      assertThatThrownBy(() -> open(directory))
          .hasMessageContaining(directory + ": another run (process ")
          .hasMessageContaining("run.directory");
      assertThat(first.train().json().getLong("throughput.steps")).isEqualTo(3);
    }
    assertThat(directory.resolve("report.json")).exists();
  }

  @Test
  void aSecondProcessIsRefused() throws Exception {
    var sets = new ArrayList<String>();
    new TestRun(folder).set("cache.size=\"10%\"").addTo(sets);
    var child = new ChildRun(folder, "memory", sets);
    try (Trainer first = open(folder.resolve("run"))) {
      assertThat(ChildRun.status(child.start(false, 0))).isEqualTo(1);
      assertThat(child.output()).contains("farsight: ").contains("another run (process ");
      first.train();
    }
  }

  @Test
  void aRunThatCannotBeOpenedLeavesNoDirectory() throws IOException {
    Path directory = folder.resolve("run");
    assertThatThrownBy(() -> open(directory, "cache.policy=none-such"))
        .hasMessageContaining("none-such");
    assertThat(directory).doesNotExist();
    Files.createDirectories(directory);
    assertThatThrownBy(() -> open(directory, "cache.policy=none-such"))
        .hasMessageContaining("none-such");
    assertThat(directory).isDirectory();
  }
}
