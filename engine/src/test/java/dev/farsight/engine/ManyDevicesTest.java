package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.Config;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** As many devices as a large host has, as ranks on the CPU: same bits, and no byte too many. */
class ManyDevicesTest {

  /** A multiple of 4 and 8. */
  private static final int BATCH = 64;

  private static final int DIM = 6;

  @TempDir Path folder;

  private TestRun run(int devices, String... sets) {
    return new TestRun(folder)
        .set(
            "data.batch-size=" + BATCH,
            "data.synthetic.rows=6010",
            "data.eval-fraction=0",
            "compute.backend=nd4j-native",
            "compute.nd4j-native.devices=" + devices,
            "cache.size=all",
            "optimizer.learning-rate=0.05",
            "optimizer.dense.learning-rate=0.04")
        .set(sets);
  }

  @ParameterizedTest
  @CsvSource({
    "4, row, lru",
    "8, row, lfu",
    "4, table, lookahead",
    "8, replicated, lfu",
    "6, column, lru"
  })
  void theyTrainWhatOneDeviceTrainsWhateverTheirCaches(int devices, String kind, String policy) {
    int batch = devices == 6 ? 66 : BATCH;
    String[] sets = {"sharding.default=" + kind, "data.batch-size=" + batch};
    List<Float> one = TestRun.losses(run(1, sets[1]));
    List<Float> several = TestRun.losses(run(devices, sets));
    assertThat(several).hasSameSizeAs(one).hasSizeGreaterThan(90);
    for (int step = 0; step < one.size(); step++) {
      assertThat((double) several.get(step))
          .as("step %d", step)
          .isCloseTo(one.get(step), within(1e-5 * one.get(step)));
    }
    TestRun cached =
        run(devices, sets)
            .set("cache.size=60%", "cache.policy=" + policy, "lookahead.planned=2")
            .set("storage.backend=ssd");
    assertThat(TestRun.digests(cached.train()))
        .isEqualTo(TestRun.digests(run(devices, sets).train()));
  }

  /** Nobody gets by with less: each row that a device looks up and does not have, once a step. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void aDeviceReceivesEachRowOfOthersOnceAStep(int devices) {
    TestRun run = run(devices, "sharding.default=table", "sharding.exchange=rows");
    Report report = run.train();
    var owners = new ArrayList<Integer>();
    for (Config table : report.json().getConfigList("sharding.tables")) {
      owners.add(table.getInt("device"));
    }
    long[] least = foreignRows(run.config(), devices, owners);
    for (int device = 0; device < devices; device++) {
      Config exchange = report.json().getConfigList("devices").get(device).getConfig("exchange");
      assertThat(exchange.getLong("forward.received_rows")).isEqualTo(least[device]).isPositive();
      assertThat(exchange.getLong("forward.received_bytes"))
          .isEqualTo(least[device] * DIM * Float.BYTES);
      assertThat(exchange.getLong("backward.sent_rows")).isEqualTo(least[device]);
    }
  }

  /**
   * Reads the samples as ranks do, in turn.
   *
   * @param owners devices of the tables; each feature has a table of its own
   * @return by device: distinct rows of a step that others have, over all steps
   */
  private static long[] foreignRows(Config config, int devices, List<Integer> owners) {
    var foreign = new long[devices];
    try (DataSource data =
            TestRun.builtIn().sources().get("synthetic").open(TestRun.dataContext(config));
        BatchSource source = data.train(0)) {
      var batch = new Batch(data.schema(), BATCH / devices, HostBuffers.plain());
      for (int part = 0; source.next(batch); part++) {
        int device = part % devices;
        for (int f = 0; f < owners.size(); f++) {
          Set<Integer> rows = new HashSet<>();
          for (int i = 0; i < batch.lookups(f); i++) {
            rows.add(batch.indices(f)[i]);
          }
          foreign[device] += owners.get(f) == device ? 0 : rows.size();
        }
      }
    }
    return foreign;
  }
}
