package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What rows of 16 bits take, and what a run tells of them. */
class RowPrecisionTest {

  @TempDir Path folder;

  private Components components;

  @BeforeEach
  void device() {
    components = new KeptDevice(KeptDevice.Kind.NAIVE).in(TestRun.builtIn());
  }

  private TestRun run(String... sets) {
    return new TestRun(folder)
        .components(components)
        .set("cache.size=\"10%\"", "train.max-steps=12", "data.eval-fraction=0")
        .set(sets);
  }

  @Test
  void rowsTakeHalf() {
    Config whole = run("storage.backend=ssd").train().json();
    Config half = run("storage.backend=ssd", "model.row-precision=bf16").train().json();
    assertThat(whole.getString("rows.precision")).isEqualTo("fp32");
    assertThat(half.getString("rows.precision")).isEqualTo("bf16");
    for (String bytes :
        new String[] {
          "rows.row_bytes", "rows.weight_bytes", "rows.device_bytes", "rows.ring_bytes"
        }) {
      assertThat(half.getLong(bytes)).as(bytes).isPositive().isEqualTo(whole.getLong(bytes) / 2);
    }
    assertThat(half.getLong("rows.saturated_weights")).isZero();
    assertThat(half.getString("weights_sha256")).isNotEqualTo(whole.getString("weights_sha256"));
  }

  @Test
  void saturatedWeightsAreCountedAcrossAResumption() {
    String[] sets = {
      "model.row-precision=fp16",
      "optimizer.rows.learning-rate=1e6",
      "optimizer.dense.learning-rate=0",
      "checkpoint.every=3 steps"
    };
    Config whole = run(sets).set("checkpoint.directory=" + folder.resolve("a")).train().json();
    assertThat(whole.getLong("rows.saturated_weights")).isPositive();
    TestRun part = run(sets).set("checkpoint.directory=" + folder.resolve("b"));
    part.set("train.max-steps=5").train();
    Config resumed = part.set("train.max-steps=12").resume().json();
    assertThat(resumed.getLong("rows.saturated_weights"))
        .isEqualTo(whole.getLong("rows.saturated_weights"));
    assertThat(resumed.getString("weights_sha256")).isEqualTo(whole.getString("weights_sha256"));
  }

  /** Each device has a replicated row, and stores the same weights in it. */
  @Test
  void saturatedWeightsOfReplicatedRowsAreCountedOnce() {
    String[] sets = {
      "model.row-precision=fp16",
      "optimizer.rows.learning-rate=1e6",
      "optimizer.dense.learning-rate=0",
      "train.max-steps=12",
      "data.batch-size=36",
      "data.eval-fraction=0",
      "cache.size=all",
      "compute.nd4j-native.devices=2"
    };
    Config divided = new TestRun(folder).set(sets).train().json();
    Config replicated =
        new TestRun(folder).set(sets).set("sharding.default=replicated").train().json();
    assertThat(replicated.getLong("rows.saturated_weights"))
        .isPositive()
        .isEqualTo(divided.getLong("rows.saturated_weights"));
  }

  @Test
  void anotherPrecisionOrAnotherDrawIsAnotherRun() {
    String directory = "checkpoint.directory=" + folder.resolve("c");
    String ssd = "storage.ssd.path=" + folder.resolve("rows");
    run("checkpoint.every=3 steps", directory, "storage.backend=ssd", ssd).train();
    assertThatThrownBy(
            () -> run("model.row-precision=bf16", directory, "storage.backend=ssd", ssd).resume())
        .hasMessageContaining(
            "belongs to another run: model.row-precision was \"fp32\", is \"bf16\"");
    assertThatThrownBy(
            () ->
                run("model.tables.C1.init={ type = normal, deviation = 0.5 }", directory).resume())
        .hasMessageContaining("model.tables.C1.init.type was not set, is \"normal\"");
    assertThatThrownBy(() -> run("model.row-precision=bf16", "storage.backend=ssd", ssd).train())
        .hasMessageContaining("holds fp32 rows, this run has bf16 rows");
    assertThatThrownBy(
            () ->
                run("model.init={ type = normal, deviation = 0.5 }", "storage.backend=ssd", ssd)
                    .train())
        .hasMessageContaining("holds rows drawn as");
  }

  @Test
  void drawsThatMakeNoSenseGetOneClearLine() {
    assertThatThrownBy(() -> run("model.init.type=normal").train())
        .hasMessageContaining("farsight.model.init.deviation is not set");
    assertThatThrownBy(() -> run("model.init.deviation=0.1").train())
        .hasMessageContaining("model.init.deviation: 0.1 is used by init.type = normal only");
    assertThatThrownBy(() -> run("model.tables.C9.init.type=uniform").train())
        .hasMessageContaining("model.tables.C9.init.type")
        .hasMessageContaining("table that the data does not have");
  }
}
