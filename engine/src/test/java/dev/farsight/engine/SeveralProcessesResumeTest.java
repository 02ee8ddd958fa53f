package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.engine.checkpoint.CheckpointReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of several processes are resumed on as many, more or fewer. */
class SeveralProcessesResumeTest {

  private static final int BATCH = 36;

  @TempDir Path folder;

  private TestRun run(String... sets) {
    return new TestRun(folder)
        .set(
            "data.batch-size=" + BATCH,
            "compute.backend=nd4j-native",
            "cache.size=30%",
            "sharding.collective=sockets",
            "data.synthetic.rows=3010",
            "checkpoint.every=25 steps",
            "optimizer.learning-rate=0.05",
            "optimizer.dense.learning-rate=0.04")
        .set(sets);
  }

  private TestProcesses processes(String name, int count) {
    return new TestProcesses(folder.resolve(name), count);
  }

  @ParameterizedTest
  @CsvSource({"2, offheap, auto", "3, offheap, table", "2, ssd, auto", "2, offheap, replicated"})
  void asManyGoOnToTheBit(int count, String store, String kind) throws Exception {
    String[] some = {"storage.backend=" + store, "sharding.default=" + kind};
    Report undisturbed = processes("undisturbed", count).train(run(some)).get(0);
    processes("run", count).train(run(some).set("train.max-steps=60"));
    List<Report> resumed = processes("run", count).resume(run(some));
    assertThat(TestRun.digests(resumed.get(0))).isEqualTo(TestRun.digests(undisturbed));
    for (Report report : resumed) {
      assertThat(report.lossSha256()).isEqualTo(undisturbed.lossSha256());
      assertThat(report.quality()).isPresent().isEqualTo(undisturbed.quality());
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "2, 1", "3, 2", "2, 3"})
  void moreOrFewerGoOnFromTheSameRows(int before, int after) throws Exception {
    Report undisturbed = processes("undisturbed", before).train(run()).get(0);
    processes("run", before).train(run("train.max-steps=60"));
    // With nothing left to train, the weights are those of the checkpoint.
    String none = "train.max-steps=60";
    Report moved = processes("run", after).resume(run(none)).get(0);
    Report there = processes("there", before).train(run(none)).get(0);
    assertThat(moved.weightsSha256()).isPresent().isEqualTo(there.weightsSha256());
    List<Report> resumed = processes("run", after).resume(run());
    assertThat(resumed.get(0).steps()).isEqualTo(undisturbed.steps());
    assertThat(resumed.get(0).quality().orElseThrow().auroc())
        .isCloseTo(undisturbed.quality().orElseThrow().auroc(), within(.001));
    for (Report report : resumed) {
      assertThat(report.json().getLong("devices_since_step")).isBetween(50L, 60L);
    }
    Report again = processes("run", after).resume(run()).get(0);
    assertThat(TestRun.digests(again)).isEqualTo(TestRun.digests(resumed.get(0)));
  }

  @Test
  void aPartThatIsDamagedTakesAllToTheCheckpointBefore() throws Exception {
    Report undisturbed = processes("undisturbed", 2).train(run()).get(0);
    processes("run", 2).train(run("train.max-steps=60"));
    Path part = folder.resolve("run/checkpoints/processes/1/step-000000000060/dense.bin");
    byte[] bytes = Files.readAllBytes(part);
    bytes[bytes.length / 2] ^= 1;
    Files.write(part, bytes);
    Report resumed = processes("run", 2).resume(run()).get(0);
    assertThat(TestRun.digests(resumed)).isEqualTo(TestRun.digests(undisturbed));
  }

  /** As one process with as many devices describes the same state. */
  @ParameterizedTest
  @ValueSource(strings = {"offheap", "ssd"})
  void aCheckpointIsDescribedAsAWhole(String store) throws Exception {
    String[] some = {"train.max-steps=60", "storage.backend=" + store};
    processes("one", 1).train(run(some).set("compute.nd4j-native.devices=2"));
    processes("run", 2).train(run(some));
    var one = last(folder.resolve("one/checkpoints"));
    var several = last(folder.resolve("run/checkpoints"));
    assertThat(several.rows()).isEqualTo(one.rows()).isPositive();
    assertThat(several.processes()).isEqualTo(2);
    assertThat(one.processes()).isEqualTo(1);
    long own = 0;
    for (String part : List.of("", "processes/1")) {
      for (String file : List.of("dense.bin", "cache.bin")) {
        own +=
            Files.size(
                folder
                    .resolve("run/checkpoints")
                    .resolve(part)
                    .resolve("step-000000000060")
                    .resolve(file));
      }
    }
    // Row files are beside that.
    assertThat(several.bytes()).isGreaterThanOrEqualTo(own);
    assertThat(several.bytes() == own).isEqualTo(store.equals("ssd"));
  }

  private static CheckpointReader.Info last(Path checkpoints) {
    var all = CheckpointReader.list(checkpoints);
    return all.get(all.size() - 1).info();
  }

  @Test
  void storesThatPersistAreNotDividedAnew() throws Exception {
    processes("run", 2).train(run("train.max-steps=60", "storage.backend=ssd"));
    assertThatThrownBy(() -> processes("run", 1).resume(run("storage.backend=ssd")))
        .rootCause()
        .hasMessageContaining("continue it with --ranks 2");
  }

  @Test
  void theBestStateOfAllIsRestored() throws Exception {
    String[] some = {
      "checkpoint.every=null",
      "train.eval-every=20",
      "train.early-stopping.patience=2",
      "train.early-stopping.restore-best=true",
      "optimizer.learning-rate=2"
    };
    Report one = run(some).set("compute.nd4j-native.devices=2").train();
    Report several = processes("run", 2).train(run(some)).get(0);
    assertThat(several.weightsSha256()).isPresent().isEqualTo(one.weightsSha256());
    assertThat(several.quality()).isEqualTo(one.quality());
  }
}
