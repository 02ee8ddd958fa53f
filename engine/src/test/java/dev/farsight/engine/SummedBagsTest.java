package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.Config;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.ForwardingDataSource;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.sharding.ShardingPlan;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Several devices of the CPU that send each other sums of bags: the same bits whatever the caches,
 * stores, policies and collectives, and what one device trains but for the order of sums.
 */
class SummedBagsTest {

  /** A multiple of 2 and 3; the last batch of an epoch leaves ranks without samples. */
  private static final int BATCH = 36;

  private static final String SUMS = "sharding.exchange=sums";

  @TempDir Path folder;

  private TestRun run(int devices, String... sets) {
    return new TestRun(folder)
        .set(
            "data.batch-size=" + BATCH,
            "data.synthetic.hotness=[1, 2, 9, 5, 7]",
            "data.synthetic.hotness-law=uniform",
            "compute.backend=nd4j-native",
            "compute.nd4j-native.devices=" + devices,
            "cache.size=40%",
            "optimizer.learning-rate=0.05",
            "optimizer.dense.learning-rate=0.04")
        .set(sets);
  }

  @ParameterizedTest
  @CsvSource({"2, threads, mean", "3, sockets, sum"})
  void theBitsDependOnTheNumberOfDevicesAlone(int devices, String collective, String pooling) {
    String[] mixed = {
      "train.max-steps=60",
      // Large enough that the order of sums shows in the weights.
      "optimizer.learning-rate=3",
      "data.synthetic.pooling=" + pooling,
      "model.max-norm=0.4",
      "sharding.tables.C1=replicated",
      "sharding.tables.C3=table",
      "sharding.exchanges.C2=rows",
      SUMS
    };
    String expected = TestRun.digests(run(devices, "cache.size=all").set(mixed).train());
    for (String policy : List.of("lfu", "lookahead")) {
      TestRun other =
          run(
                  devices,
                  "sharding.collective=" + collective,
                  "cache.policy=" + policy,
                  "cache.regions=" + devices,
                  "lookahead.planned=" + (5 - devices),
                  policy.equals("lfu") ? "storage.backend=offheap" : "storage.backend=ssd")
              .set(mixed);
      assertThat(TestRun.digests(other.train())).as("%s", other).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, row, sum, sgd, false",
    "3, row, mean, rowwise-adagrad, true",
    "2, table, mean, sgd, true"
  })
  void theyTrainWhatOneDeviceTrains(
      int devices, String kind, String pooling, String optimizer, boolean weighted) {
    String[] sets = {"optimizer.type=" + optimizer, "data.synthetic.pooling=" + pooling};
    TestRun alone = run(1, sets);
    TestRun together = run(devices, sets).set("sharding.default=" + kind, SUMS);
    List<Float> one = TestRun.losses(weighted ? weighted(alone) : alone);
    List<Float> several = TestRun.losses(weighted ? weighted(together) : together);
    assertThat(several).hasSameSizeAs(one).hasSizeGreaterThan(250);
    for (int step = 0; step < one.size(); step++) {
      assertThat((double) several.get(step))
          .as("step %d", step)
          .isCloseTo(one.get(step), within(1e-5 * one.get(step)));
    }
  }

  /** By bytes: the planned ones, and those that are counted. */
  @Test
  void aPlanExchangesWhatTakesFewerBytes() {
    String[] sets = {
      "train.max-steps=40",
      "data.synthetic.hotness=[1, 1, 1, 30, 40]",
      "cache.size=all",
      // So slow that bytes alone matter.
      "sharding.link-bandwidth=1 MB"
    };
    Config free = run(2, sets).train().json();
    Config rows = run(2, sets).set("sharding.exchange=rows").train().json();
    Config sums = run(2, sets).set(SUMS).train().json();
    var plan = ShardingPlan.of(free.getConfig(ShardingPlan.KEY)).sharding();
    assertThat(plan.sums(0)).isFalse();
    assertThat(plan.sums(4)).isTrue();
    assertThat(ShardingPlan.of(rows.getConfig(ShardingPlan.KEY)).sharding().sums()).isFalse();
    assertThat(sent(free)).isLessThan(sent(sums)).isLessThan(sent(rows)).isPositive();
  }

  private static long sent(Config report) {
    long bytes = 0;
    for (Config device : report.getConfigList("devices")) {
      bytes +=
          device.getLong("exchange.forward.sent_bytes")
              + device.getLong("exchange.backward.sent_bytes");
    }
    return bytes;
  }

  @Test
  void aRunIsResumedWithItsExchange() {
    String[] sets = {SUMS, "train.max-steps=60", "checkpoint.every=25 steps"};
    String directory = "checkpoint.directory=" + folder.resolve("checkpoints");
    String expected = TestRun.digests(run(2, sets).set(directory).train());
    TestRun resumed = run(2, sets).set(directory, "sharding.exchange=auto");
    assertThat(TestRun.digests(resumed.resume())).isEqualTo(expected);
  }

  /** Gives lookups weights that follow from their rows. */
  private static TestRun weighted(TestRun run) {
    Components builtIn = TestRun.builtIn();
    return run.components(
        TestRun.withSynthetic(builtIn, new Weighted(builtIn.sources().get("synthetic"))));
  }

  private record Weighted(DataSourceFactory factory) implements DataSourceFactory {

    @Override
    public String name() {
      return factory.name();
    }

    @Override
    public DataSource open(DataContext context) {
      DataSource source = factory.open(context);
      BatchSchema plain = source.schema();
      List<Feature> features =
          plain.features().stream().map(f -> f.oneHot() ? f : f.withWeights()).toList();
      var schema = new BatchSchema(plain.denseWidth(), plain.tables(), features, plain.columns());
      return new ForwardingDataSource(source) {
        @Override
        public BatchSchema schema() {
          return schema;
        }

        @Override
        public BatchSource train(int epoch) {
          return new WeightedPass(source.train(epoch), schema);
        }

        @Override
        public BatchSource eval() {
          return new WeightedPass(source.eval(), schema);
        }
      };
    }
  }

  private record WeightedPass(BatchSource source, BatchSchema schema) implements BatchSource {

    @Override
    public boolean next(Batch batch) {
      if (!source.next(batch)) {
        return false;
      }
      for (int f = 0; f < schema.features().size(); f++) {
        for (int l = 0; l < batch.lookups(f) && batch.lookupWeights(f) != null; l++) {
          batch.lookupWeights(f).put(l, (batch.indices(f)[l] % 5 + 1) / 4f);
        }
      }
      return true;
    }

    @Override
    public void close() {
      source.close();
    }
  }
}
