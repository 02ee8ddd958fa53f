package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Several processes train what one process with as many devices trains, to the bit. They are
 * threads here, which share nothing but the sockets between them.
 */
class SeveralProcessesTest {

  private static final int BATCH = 36;

  @TempDir Path folder;

  private TestRun run(String... sets) {
    return new TestRun(folder)
        .set(
            "data.batch-size=" + BATCH,
            "compute.backend=nd4j-native",
            "cache.size=30%",
            "sharding.collective=sockets",
            "optimizer.learning-rate=0.05",
            "optimizer.dense.learning-rate=0.04")
        .set(sets);
  }

  @ParameterizedTest
  @CsvSource({
    "2, 1, all, row, true",
    "2, 1, 30%, row, false",
    "3, 1, 25%, table, true",
    "2, 2, 30%, replicated, true",
    "2, 2, all, auto, false"
  })
  void theyTrainWhatOneProcessTrains(
      int processes, int devices, String size, String kind, boolean inMemory) throws Exception {
    String[] some = {
      "train.eval-every=100",
      "train.eval-samples=" + 7 * BATCH,
      "cache.size=" + size,
      "sharding.default=" + kind,
      "data.synthetic.in-memory=" + inMemory
    };
    Report one = run(some).set("compute.nd4j-native.devices=" + processes * devices).train();
    List<Report> several =
        new TestProcesses(folder.resolve("several"), processes)
            .train(run(some).set("compute.nd4j-native.devices=" + devices));
    assertThat(TestRun.digests(several.get(0))).isEqualTo(TestRun.digests(one));
    for (Report report : several) {
      assertThat(report.lossSha256()).isEqualTo(one.lossSha256());
      assertThat(report.quality()).isPresent().isEqualTo(one.quality());
      assertThat(report.steps()).isEqualTo(one.steps());
    }
  }
}
