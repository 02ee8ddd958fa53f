package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.Config;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.event.RunFigures;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the report tells of each device of a run. */
class DeviceReportTest {

  private static final int BATCH = 36;
  private static final int DIM = 6;

  /** Of the cache as a whole, and of each device. */
  private static final List<String> COUNTS =
      List.of(
          "lookups",
          "hits",
          "unique_rows",
          "unique_hits",
          "loaded_rows",
          "forwarded_rows",
          "evicted_rows",
          "written_back_rows");

  @TempDir Path folder;

  private TestRun run(int devices, String... sets) {
    return new TestRun(folder)
        .set(
            "data.batch-size=" + BATCH,
            "compute.backend=nd4j-native",
            "compute.nd4j-native.devices=" + devices,
            "cache.size=30%")
        .set(sets);
  }

  private static List<? extends Config> devices(Report report) {
    return report.json().getConfigList("devices");
  }

  private static long sum(Report report, String path) {
    return devices(report).stream().mapToLong(device -> device.getLong(path)).sum();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void theyAddUpToTheRun(int count) {
    Report report = run(count).train();
    Config json = report.json();
    assertThat(devices(report)).hasSize(count);
    for (String name : COUNTS) {
      assertThat(sum(report, name)).as(name).isEqualTo(json.getLong("cache." + name));
    }
    assertThat(sum(report, "loaded_rows")).isPositive();
    assertThat(sum(report, "slots")).isEqualTo(json.getLong("cache.slots"));
    assertThat(sum(report, "device_bytes")).isEqualTo(json.getLong("memory.device_bytes"));
    for (String stage : List.of("read", "dedupe", "plan", "fetch", "compute", "write_back")) {
      double mean =
          devices(report).stream()
              .mapToDouble(device -> device.getDouble("stages." + stage))
              .average()
              .orElseThrow();
      double all = json.getDouble("throughput.stages." + stage);
      assertThat(mean).as(stage).isPositive().isCloseTo(all, within(1e-9 + 1e-6 * all));
    }
    for (String way : List.of("forward", "backward")) {
      for (String unit : List.of("rows", "bytes")) {
        String path = "exchange." + way + ".%s_" + unit;
        assertThat(sum(report, path.formatted("sent")))
            .isEqualTo(sum(report, path.formatted("received")));
      }
    }
    assertThat(sum(report, "exchange.forward.sent_rows") > 0).isEqualTo(count > 1);
    assertThat(devices(report).get(0).getString("name")).isEqualTo("cpu 0");
    assertThat(json.getLong("devices_since_step")).isZero();
  }

  /** One table is on rank 0, the others are on both: who sends what follows from the samples. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theExchangeIsThatOfTheSamples(boolean frozen) {
    TestRun run =
        run(
            2,
            "data.eval-fraction=0",
            "sharding.default=replicated",
            "sharding.tables.C5=table",
            "optimizer.freeze-rows=" + frozen);
    long[] replicated = new long[2];
    long asked = countUniqueRows(run, replicated);
    Report report = run.train();
    Config owner = devices(report).get(0).getConfig("exchange");
    Config other = devices(report).get(1).getConfig("exchange");
    assertThat(owner.getLong("forward.sent_rows")).isEqualTo(asked).isPositive();
    assertThat(owner.getLong("forward.received_rows")).isZero();
    assertThat(other.getLong("forward.sent_rows")).isZero();
    assertThat(other.getLong("forward.received_bytes")).isEqualTo(asked * DIM * Float.BYTES);
    long back = frozen ? 0 : 1;
    assertThat(owner.getLong("backward.sent_rows")).isEqualTo(back * replicated[0]);
    assertThat(owner.getLong("backward.received_rows")).isEqualTo(back * (asked + replicated[1]));
    assertThat(other.getLong("backward.sent_rows")).isEqualTo(back * (asked + replicated[1]));
    assertThat(other.getLong("backward.received_rows")).isEqualTo(back * replicated[0]);
  }

  /**
   * Reads the samples as ranks do, in turn.
   *
   * @param replicated receives how many rows of the first four tables each rank looks up
   * @return how many rows of the last table rank 1 looks up
   */
  private static long countUniqueRows(TestRun run, long[] replicated) {
    Config config = run.config();
    long asked = 0;
    try (DataSource data =
            TestRun.builtIn().sources().get("synthetic").open(TestRun.dataContext(config));
        BatchSource source = data.train(0)) {
      var batch = new Batch(data.schema(), BATCH / 2, HostBuffers.plain());
      for (int part = 0; source.next(batch); part++) {
        int rank = part % 2;
        for (int f = 0; f < 4; f++) {
          replicated[rank] += unique(batch, f);
        }
        asked += rank == 1 ? unique(batch, 4) : 0;
      }
    }
    return asked;
  }

  private static int unique(Batch batch, int feature) {
    Set<Integer> rows = new HashSet<>();
    for (int i = 0; i < batch.lookups(feature); i++) {
      rows.add(batch.indices(feature)[i]);
    }
    return rows.size();
  }

  @Test
  void aResumedRunGoesOnCountingIfItHasAsManyDevices() {
    Report whole = run(2).train();
    Report resumed = stopped("same").resume();
    assertThat(resumed.steps()).isEqualTo(whole.steps());
    for (int rank = 0; rank < 2; rank++) {
      for (String path :
          List.of(
              "lookups",
              "unique_rows",
              "exchange.forward.sent_rows",
              "exchange.backward.received_bytes")) {
        assertThat(devices(resumed).get(rank).getLong(path))
            .as("%s of device %d", path, rank)
            .isEqualTo(devices(whole).get(rank).getLong(path));
      }
    }
    assertThat(resumed.json().getLong("devices_since_step")).isZero();
  }

  @Test
  void aRunThatIsResumedOnAnotherNumberOfDevicesCountsFromThereOn() {
    Report whole = run(1).train();
    Report resumed = stopped("other").set("compute.nd4j-native.devices=3").resume();
    long since = resumed.json().getLong("devices_since_step");
    assertThat(since).isBetween(80L, 110L);
    assertThat(devices(resumed)).hasSize(3);
    int lookupsOfASample = 5;
    assertThat(sum(resumed, "lookups"))
        .isEqualTo((whole.trainSamples() - since * BATCH) * lookupsOfASample);
    assertThat(resumed.json().getLong("cache.lookups"))
        .isEqualTo(whole.trainSamples() * lookupsOfASample);
  }

  /** A run of two devices that was stopped after 100 steps. */
  private TestRun stopped(String name) {
    TestRun run =
        run(
            2,
            "checkpoint.every=40 steps",
            "checkpoint.directory=" + folder.resolve("checkpoints-" + name));
    Trainer[] stopping = new Trainer[1];
    var listener =
        new RunListener() {
          @Override
          public void step(StepProgress progress) {
            if (progress.step() == 100) {
              stopping[0].stop();
            }
          }
        };
    try (Trainer trainer = run.open(listener)) {
      stopping[0] = trainer;
      trainer.train();
    }
    return run;
  }

  @Test
  void anEvaluationHasThoseOfTheEvaluation() {
    TestRun trained = run(2, "model.save=true");
    trained.train();
    Report report;
    try (Trainer trainer =
        run(2, "model.load=" + trained.directory().resolve("model")).open(RunListener.NONE)) {
      report = trainer.evaluate();
    }
    assertThat(sum(report, "lookups")).isEqualTo(5 * report.evaluationSamples()).isPositive();
    assertThat(sum(report, "exchange.forward.sent_rows")).isPositive();
    assertThat(sum(report, "exchange.backward.sent_rows")).isZero();
  }

  @Test
  void theLastFiguresAreThoseOfTheReport() {
    List<RunFigures> all = new ArrayList<>();
    var listener =
        new RunListener() {
          @Override
          public boolean wantsFigures() {
            return true;
          }

          @Override
          public void figures(RunFigures figures) {
            all.add(figures);
          }
        };
    Report report;
    try (Trainer trainer = run(2).open(listener)) {
      report = trainer.train();
    }
    List<RunFigures.Device> last = all.get(all.size() - 1).devices();
    assertThat(last).hasSize(2);
    for (int rank = 0; rank < 2; rank++) {
      RunFigures.Device device = last.get(rank);
      Config json = devices(report).get(rank);
      assertThat(device.name()).isEqualTo(json.getString("name"));
      assertThat(device.slots()).isEqualTo(json.getLong("slots"));
      assertThat(device.hits()).isEqualTo(json.getLong("hits"));
      assertThat(device.uniqueRows()).isEqualTo(json.getLong("unique_rows"));
      assertThat(device.loadedRows()).isEqualTo(json.getLong("loaded_rows"));
      assertThat(device.sentBytes())
          .isEqualTo(
              Stream.of("forward", "backward")
                  .mapToLong(way -> json.getLong("exchange." + way + ".sent_bytes"))
                  .sum());
      assertThat(device.stageSeconds().get("compute")).isEqualTo(json.getDouble("stages.compute"));
    }
  }
}
