package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import dev.farsight.engine.event.RunListener;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
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

  /** Rows are drawn anew each epoch, samples have weights, and bags several lookups. */
  @Test
  void whatElseThereIs() throws Exception {
    String[] some = {
      "train.epochs=2",
      "train.reset-rows=each-epoch",
      "data.synthetic.rows=3010",
      "data.multi-hot=[1, 3, 4, 2, 5]",
      "sharding.exchange=rows",
      "optimizer.type=adam",
      "model.row-precision=bf16",
      "model.max-norm=0.2"
    };
    Report one = run(some).set("compute.nd4j-native.devices=2").train();
    List<Report> several = new TestProcesses(folder.resolve("several"), 2).train(run(some));
    assertThat(TestRun.digests(several.get(0))).isEqualTo(TestRun.digests(one));
  }

  @Test
  void aModelIsLoadedByEachForItsRows() throws Exception {
    String save = "model.save=true";
    new TestProcesses(folder.resolve("first"), 2)
        .train(run(save, "data.synthetic.rows=3010", "model.save-initial=true"));
    String load = "model.load=" + folder.resolve("first/model");
    String[] some = {load, "model.load-state=true", "data.synthetic.rows=3010"};
    Report one = run(some).set("compute.nd4j-native.devices=2").train();
    List<Report> several = new TestProcesses(folder.resolve("second"), 2).train(run(some));
    assertThat(TestRun.digests(several.get(0))).isEqualTo(TestRun.digests(one));
    assertThat(folder.resolve("first/processes/1/model")).doesNotExist();
  }

  /** One process evaluates what several have trained, with the settings that they had. */
  @Test
  void oneEvaluatesWhatSeveralHaveTrained() throws Exception {
    TestRun run = run("model.save=true", "data.synthetic.rows=3010");
    Report trained = new TestProcesses(folder.resolve("first"), 2).train(run).get(0);
    Config config =
        run.set("model.load=" + folder.resolve("first/model"), "data.eval-fraction=0.2").config();
    try (Trainer trainer =
        Trainer.openToEvaluate(
            config, TestRun.builtIn(), folder.resolve("eval"), RunListener.NONE)) {
      Report evaluated = trainer.evaluate();
      assertThat(evaluated.weightsSha256()).isPresent().isEqualTo(trained.weightsSha256());
    }
  }
}
