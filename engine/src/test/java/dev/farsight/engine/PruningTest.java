package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.plugin.Components;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old checkpoints are deleted, but no rows that a kept one may need. */
class PruningTest {

  @TempDir Path folder;

  private final Components components = TestRun.builtIn();

  /**
   * The tables are so small that the checkpoint of step 8 has all rows, and that of step 24 begins
   * a new chain of row files: the old one would hold more than twice the rows.
   */
  private TestRun run(Path checkpoints, int steps) {
    return new TestRun(folder)
        .components(components)
        .set(
            "data.synthetic.cardinalities=[3, 30]",
            "optimizer.type=rowwise-adagrad",
            "cache.size=\"100%\"",
            "checkpoint.keep=2",
            "checkpoint.every=8 steps",
            "checkpoint.directory=" + checkpoints,
            "train.max-steps=" + steps);
  }

  @Test
  void rowsOfAKeptCheckpointWhoseManifestCannotBeReadNowAreKept() throws IOException {
    Config whole = run(folder.resolve("whole"), 40).train().json();
    Path checkpoints = folder.resolve("checkpoints");
    Path manifest = checkpoints.resolve("step-000000000016/checkpoint.json");
    var original = new byte[1][];
    RunListener damaging =
        new RunListener() {
          @Override
          public void step(StepProgress progress) {
            if (progress.step() == 20) {
              original[0] = damage(manifest);
            }
          }
        };
    try (Trainer trainer = run(checkpoints, 24).open(damaging)) {
      trainer.train();
    }
    assertThat(checkpoints.resolve("step-000000000024")).isDirectory();
    assertThat(checkpoints.resolve("step-000000000008")).doesNotExist();

    Files.write(manifest, original[0]);
    Files.delete(checkpoints.resolve("step-000000000024/checkpoint.json"));
    Config resumed = run(checkpoints, 40).resume().json();
    for (String digest : List.of("loss_sha256", "weights_sha256")) {
      assertThat(resumed.getString(digest)).isEqualTo(whole.getString(digest));
    }
    try (var rows = Files.list(checkpoints.resolve("rows"))) {
      assertThat(rows)
          .as("row files, after pruning with manifests that can be read")
          .extracting(file -> file.getFileName().toString())
          .doesNotContain("000000000008.rows");
    }
  }

  /** Damages a checkpoint's file once the checkpoint exists; returns what the file contained. */
  private static byte[] damage(Path file) {
    try {
      awaitRenamed(file.getParent());
      byte[] bytes = Files.readAllBytes(file);
      byte[] damaged = bytes.clone();
      damaged[damaged.length / 2] ^= 4;
      Files.write(file, damaged);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A checkpoint gets its name last, in a thread of its own. */
  private static void awaitRenamed(Path checkpoint) throws IOException, InterruptedException {
    try (var watch = checkpoint.getFileSystem().newWatchService()) {
      checkpoint.getParent().register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      while (!Files.exists(checkpoint)) {
        WatchKey key = watch.poll(30, TimeUnit.SECONDS);
        assertThat(key).as("events before %s exists", checkpoint).isNotNull();
        key.pollEvents();
        key.reset();
      }
    }
  }
}
