package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.farsight.engine.checkpoint.CheckpointReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Resuming deletes no checkpoint that could be somebody's only copy. */
class RenamedCheckpointTest {

  @TempDir Path folder;
  private Path checkpoints;

  private TestRun run(int steps) {
    return new TestRun(folder)
        .set(
            "cache.size=\"10%\"",
            "checkpoint.every=10 steps",
            "checkpoint.keep=2",
            "checkpoint.directory=" + checkpoints,
            "train.max-steps=" + steps);
  }

  @BeforeEach
  void train() {
    checkpoints = folder.resolve("checkpoints");
    run(30).train();
  }

  private Path step(int step) {
    return checkpoints.resolve("step-%012d".formatted(step));
  }

  @Test
  void aRenamedCheckpointIsRefusedAndStays() throws IOException {
    Files.move(step(30), step(90));
    assertThatThrownBy(() -> CheckpointReader.list(step(90)).get(0).verify())
        .hasMessageContaining("contains the checkpoint of step 30")
        .hasMessageContaining(step(30).getFileName().toString());
    assertThatThrownBy(() -> run(40).resume()).hasMessageContaining("the folder was renamed");
    assertThat(step(90).resolve("checkpoint.json")).exists();
    Files.move(step(90), step(30));
    assertThat(run(40).resume().json().getLong("throughput.steps")).isEqualTo(40);
  }

  @Test
  void aDamagedCheckpointIsSetAside() throws IOException {
    Path dense = step(30).resolve("dense.bin");
    byte[] bytes = Files.readAllBytes(dense);
    bytes[bytes.length / 2] ^= 4;
    Files.write(dense, bytes);
    Config report = run(40).resume().json();
    assertThat(report.getLong("throughput.steps")).isEqualTo(40);
    try (Stream<Path> files = Files.list(checkpoints)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .contains("step-000000000030", "step-000000000030.damaged", "step-000000000040");
    }
    assertThat(checkpoints.resolve("step-000000000030.damaged/dense.bin")).hasBinaryContent(bytes);
  }
}
