package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.Config;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several devices of the CPU train one model: the same bits whatever the caches, stores, policies
 * and collectives, and what one device trains but for the order of sums.
 */
class SeveralDevicesTest {

  /** A multiple of 2 and 3; the last batch of an epoch leaves ranks without samples. */
  private static final int BATCH = 36;

  private static final List<String> POLICIES = List.of("lru", "lfu", "lookahead", "frequency");

  @TempDir Path folder;

  private TestRun run(int devices, String... sets) {
    return new TestRun(folder)
        .set(
            "data.batch-size=" + BATCH,
            "compute.backend=nd4j-native",
            "compute.nd4j-native.devices=" + devices,
            "cache.size=30%",
            "optimizer.learning-rate=0.05",
            "optimizer.dense.learning-rate=0.04")
        .set(sets);
  }

  @ParameterizedTest
  @CsvSource({"2, threads", "3, threads", "2, sockets", "3, sockets"})
  void theBitsDependOnTheNumberOfDevicesAlone(int devices, String collective) {
    String expected = TestRun.digests(run(devices, "cache.size=all").train());
    var random = new Random(devices);
    for (int repeat = 0; repeat < 4; repeat++) {
      String policy = POLICIES.get(repeat);
      TestRun other =
          run(
              devices,
              "sharding.collective=" + collective,
              "cache.size=" + (15 + random.nextInt(40)) + "%",
              "cache.policy=" + policy,
              "data.synthetic.in-memory=" + (repeat < 2),
              "cache.regions=" + (1 + random.nextInt(3)),
              "lookahead.batches=" + (1 + random.nextInt(8)),
              "lookahead.planned=" + (1 + random.nextInt(4)),
              repeat % 2 == 0 ? "storage.backend=offheap" : "storage.backend=ssd");
      assertThat(TestRun.digests(other.train())).as("%s", other).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, row, sgd",
    "2, table, sgd",
    "2, replicated, sgd",
    "3, row, rowwise-adagrad",
    "3, table, rowwise-adagrad",
    "3, replicated, rowwise-adagrad",
    "2, column, sgd",
    "3, column, rowwise-adagrad",
    "2, column, adagrad",
    "2, column, adam"
  })
  void theyTrainWhatOneDeviceTrains(int devices, String kind, String optimizer) {
    String rule = "optimizer.type=" + optimizer;
    List<Float> one = TestRun.losses(run(1, rule));
    List<Float> several = TestRun.losses(run(devices, rule, "sharding.default=" + kind));
    assertThat(several).hasSameSizeAs(one).hasSizeGreaterThan(250);
    for (int step = 0; step < one.size(); step++) {
      assertThat((double) several.get(step))
          .as("step %d", step)
          .isCloseTo(one.get(step), within(1e-5 * one.get(step)));
    }
  }

  /** Samples in memory are read by each device, others by one for all. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void whoReadsTheSamplesChangesNothing(int devices) {
    String[] some = {
      "train.max-steps=90",
      "train.eval-every=40",
      "train.eval-samples=" + 5 * BATCH,
      "cache.size=all"
    };
    Report byOne = run(devices, some).set("data.synthetic.in-memory=false").train();
    Report byEach = run(devices, some).set("data.synthetic.in-memory=true").train();
    assertThat(TestRun.digests(byEach)).isEqualTo(TestRun.digests(byOne));
    assertThat(byEach.quality()).isPresent().isEqualTo(byOne.quality());
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "40%"})
  void tablesMayBeDividedDifferently(String size) {
    String[] mixed = {
      "sharding.tables.C1=replicated", "sharding.tables.C3=table", "sharding.tables.C4=table"
    };
    String expected = TestRun.digests(run(2, "cache.size=all").set(mixed).train());
    assertThat(
            TestRun.digests(
                run(2, "cache.size=\"" + size + "\"", "cache.regions=2").set(mixed).train()))
        .isEqualTo(expected);
  }

  /** Where no sum goes over the width of a row, it does not matter who has which columns. */
  @Test
  void elementByElementColumnsGiveTheBitsOfRows() {
    String[] some = {"optimizer.type=adam", "train.max-steps=60", "cache.size=\"25%\""};
    assertThat(TestRun.digests(run(2, some).set("sharding.default=column").train()))
        .isEqualTo(TestRun.digests(run(2, some).set("sharding.default=row").train()));
  }

  /** Plans of all ranks are equal; the run as a whole counts what one device counts. */
  @ParameterizedTest
  @CsvSource({"2, threads", "3, sockets"})
  void whereTablesAreDividedByColumnTheBitsDependOnTheNumberOfDevicesAlone(
      int devices, String collective) {
    String[] columns = {
      "sharding.default=column",
      "optimizer.type=rowwise-adagrad",
      "model.row-precision=" + (devices == 2 ? "fp32" : "bf16"),
      "model.embedding-dim=" + 2 * devices,
      "model.max-norm=0.4"
    };
    String expected = TestRun.digests(run(devices, "cache.size=all").set(columns).train());
    for (String policy : List.of("lfu", "lookahead")) {
      TestRun other =
          run(
                  devices,
                  "sharding.collective=" + collective,
                  "cache.size=" + (policy.equals("lfu") ? 15 : 35) + "%",
                  "cache.policy=" + policy,
                  "cache.regions=" + devices,
                  "lookahead.planned=" + (5 - devices),
                  policy.equals("lfu") ? "storage.backend=offheap" : "storage.backend=ssd")
              .set(columns);
      Report report = other.train();
      assertThat(TestRun.digests(report)).as("%s", other).isEqualTo(expected);
      List<? extends Config> counted = report.json().getConfigList("devices");
      for (String key : List.of("slots", "lookups", "hits", "loaded_rows", "written_back_rows")) {
        long ofRun = report.json().getLong("cache." + key);
        assertThat(ofRun).as(key).isPositive();
        assertThat(counted).as(key).allMatch(device -> device.getLong(key) == ofRun);
      }
    }
  }

  /** The gradients of a row are summed in rank order, whichever rank sums them. */
  @ParameterizedTest
  @CsvSource({
    "2, sgd, fp32",
    "2, rowwise-adagrad, bf16",
    "3, rowwise-adagrad, fp32",
    "3, adam, fp16"
  })
  void howTablesAreDividedChangesNoBit(int devices, String optimizer, String precision) {
    String[] sets = {
      "optimizer.type=" + optimizer,
      "model.row-precision=" + precision,
      "cache.size=all",
      "train.max-steps=150"
    };
    String expected = TestRun.digests(run(devices, sets).set("sharding.default=row").train());
    for (String kind : List.of("table", "replicated")) {
      assertThat(TestRun.digests(run(devices, sets).set("sharding.default=" + kind).train()))
          .as(kind)
          .isEqualTo(expected);
    }
    TestRun mixed =
        run(devices, sets)
            .set("sharding.default=row", "sharding.tables.C1=replicated")
            .set("sharding.tables.C3=table", "sharding.tables.C5=table");
    assertThat(TestRun.digests(mixed.train())).as("mixed").isEqualTo(expected);
  }

  /** As where all samples of a rank are left out. */
  @Test
  void aRankWithoutWeightTrainsWithTheOthers() {
    var components = WeightlessRank.in(TestRun.builtIn(), BATCH);
    List<Float> one = TestRun.losses(run(1).components(components));
    List<Float> two = TestRun.losses(run(2).components(components));
    assertThat(two).hasSameSizeAs(one).hasSizeGreaterThan(50);
    for (int step = 0; step < one.size(); step++) {
      assertThat((double) two.get(step))
          .as("step %d", step)
          .isCloseTo(one.get(step), within(1e-5 * one.get(step)));
    }
  }

  @Test
  void aRunOfSeveralDevicesIsResumedExactly() {
    String expected = TestRun.digests(run(2).train());
    var steps = new int[1];
    TestRun stopped =
        run(
            2,
            "checkpoint.every=40 steps",
            "checkpoint.directory=" + folder.resolve("checkpoints"));
    try (Trainer trainer = stopped.open(stopAfter(steps, 100))) {
      steps[0] = 0;
      stopping[0] = trainer;
      trainer.train();
    }
    assertThat(TestRun.digests(stopped.resume())).isEqualTo(expected);
  }

  private final Trainer[] stopping = new Trainer[1];

  private RunListener stopAfter(int[] steps, int most) {
    return new RunListener() {
      @Override
      public void step(StepProgress progress) {
        if (++steps[0] == most) {
          stopping[0].stop();
        }
      }
    };
  }
}
