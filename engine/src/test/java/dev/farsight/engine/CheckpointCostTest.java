package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.engine.metrics.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a checkpoint writes does not grow with the run. */
class CheckpointCostTest {

  private static final int STEPS_AFTER = 30;

  @TempDir Path folder;

  private TestRun run(Path checkpoints, long steps) {
    return new TestRun(folder)
        .set(
            "optimizer.type=rowwise-adagrad",
            "cache.size=\"10%\"",
            "data.eval-fraction=0",
            "train.epochs=1000000",
            "checkpoint.every=" + STEPS_AFTER + " steps",
            "checkpoint.keep=1",
            "checkpoint.directory=" + checkpoints,
            "train.max-steps=" + steps);
  }

  @Test
  void aCheckpointAfterTenMillionStepsWritesWhatOneAfterAThousandDoes() throws IOException {
    Map<String, Long> afterThousand = sizes(990);
    Map<String, Long> afterMillions = sizes(9_999_990);
    assertThat(afterMillions.keySet()).isEqualTo(afterThousand.keySet());
    // Numbers in it are longer by some digits.
    long manifest = afterMillions.get("checkpoint.json") - afterThousand.get("checkpoint.json");
    assertThat(manifest).isBetween(-200L, 200L);
    afterThousand.remove("checkpoint.json");
    afterMillions.remove("checkpoint.json");
    assertThat(afterMillions).isEqualTo(afterThousand);
  }

  /** Sizes of what the checkpoint wrote that is taken 30 steps after {@code steps}. */
  private Map<String, Long> sizes(long steps) throws IOException {
    Path checkpoints = folder.resolve("checkpoints-" + steps);
    run(checkpoints, 990).train();
    pretend(checkpoints, 990, steps);
    long lossesBefore = Files.size(checkpoints.resolve("losses.bin"));
    run(checkpoints, steps + STEPS_AFTER).resume();
    Path checkpoint = checkpoints.resolve("step-%012d".formatted(steps + STEPS_AFTER));
    Map<String, Long> sizes = new TreeMap<>();
    try (var files = Files.list(checkpoint)) {
      for (Path file : files.toList()) {
        sizes.put(file.getFileName().toString(), Files.size(file));
      }
    }
    sizes.put("losses", Files.size(checkpoints.resolve("losses.bin")) - lossesBefore);
    return sizes;
  }

  /** Makes a checkpoint that of a later step. */
  private static void pretend(Path checkpoints, long step, long laterStep) throws IOException {
    byte[] losses = new byte[Math.toIntExact(laterStep * Float.BYTES)];
    Files.write(checkpoints.resolve("losses.bin"), losses);
    Path from = checkpoints.resolve("step-%012d".formatted(step));
    Path to = checkpoints.resolve("step-%012d".formatted(laterStep));
    if (laterStep != step) {
      Files.move(from, to);
    }
    Path manifest = to.resolve("checkpoint.json");
    Config json =
        ConfigFactory.parseString(Files.readString(manifest))
            .withValue("progress.steps", ConfigValueFactory.fromAnyRef(laterStep))
            .withValue(
                "digests.losses_sha256",
                ConfigValueFactory.fromAnyRef(Sha256.hex(Sha256.create().digest(losses))));
    Files.writeString(manifest, json.root().render(ConfigRenderOptions.concise()));
    Files.writeString(
        to.resolve("checkpoint.json.sha256"),
        Sha256.hex(Sha256.create().digest(Files.readAllBytes(manifest))) + "  checkpoint.json\n",
        StandardCharsets.ISO_8859_1);
  }
}
