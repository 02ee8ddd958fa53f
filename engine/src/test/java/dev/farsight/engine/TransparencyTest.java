package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.model.ModelContext;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.Draw;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.metrics.LossDigest;
import dev.farsight.engine.metrics.WeightsDigest;
import dev.farsight.engine.model.DenseInit;
import dev.farsight.engine.plugin.Components;
import dev.farsight.testkit.compute.Lookup;
import dev.farsight.testkit.compute.StandInDevice;
import dev.farsight.testkit.compute.TestOptimizer;
import dev.farsight.testkit.engine.EngineOracle;
import dev.farsight.testkit.store.NaiveRowStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Training with a cache computes the same bits as training without one. */
class TransparencyTest {

  private static final List<TestOptimizer> BASIC =
      List.of(TestOptimizer.SGD, TestOptimizer.ROWWISE_ADAGRAD);

  /** Runs per case: at least one with each store, policy and size. The profile nightly has more. */
  private static final int FEW = Integer.getInteger("farsight.runs", 5);

  /** Runs per case of tests with many: each store and size with one optimizer or another. */
  private static final int FEWER = FEW / 2;

  private static final List<String> POLICIES = List.of("lru", "lfu", "lookahead", "frequency");
  private static final List<List<String>> STORES =
      List.of(
          List.of("storage.backend=offheap"),
          List.of("storage.backend=ssd"),
          // Fewer rows than a batch, a part of all rows, and all rows.
          List.of("storage.backend=ssd", "storage.ssd.ram-cache=\"20 rows\""),
          List.of("storage.backend=ssd", "storage.ssd.ram-cache=\"10%\"", "storage.ssd.maps=3"),
          List.of("storage.backend=ssd", "storage.ssd.ram-cache=all", "storage.ssd.ram-threads=1"));
  private static final List<Integer> LOOK_AHEAD = List.of(1, 2, 8, 32);
  private static final List<Integer> PLANNED = List.of(1, 4);
  private static final List<Integer> THREADS = List.of(1, 2, 3, 8);

  @TempDir Path folder;

  private final Components components = TestRun.builtIn();

  /** The same with backends that, as GPUs do, work beside the lane. */
  private static Components onDevices(Components components) {
    var computes = new TreeMap<>(components.computes());
    computes.replaceAll((name, factory) -> new OnDevice(factory));
    return new Components(
        components.policies(),
        components.stores(),
        computes,
        components.sources(),
        components.models(),
        components.collectives(),
        components.exportFormats(),
        components.offers());
  }

  private record OnDevice(ComputeFactory factory) implements ComputeFactory {

    @Override
    public String name() {
      return factory.name();
    }

    @Override
    public List<String> arithmetic() {
      return factory.arithmetic();
    }

    @Override
    public Availability probe() {
      return factory.probe();
    }

    @Override
    public MemoryForecast forecast(StepSpec spec, int slots, int inRows, int outRows) {
      return factory.forecast(spec, slots, inRows, outRows);
    }

    @Override
    public ComputeBackend open(ComputeContext context) {
      return new StandInDevice(factory.open(context));
    }
  }

  private TestRun run(TestOptimizer optimizer) {
    return new TestRun(folder)
        .components(components)
        .set(OptimizerConfigs.of(optimizer).toArray(String[]::new))
        .set("optimizer.learning-rate=0.05", "optimizer.dense.learning-rate=0.04");
  }

  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  void everyWayOfRunningGivesTheBitsOfTheOracle(TestOptimizer optimizer) {
    assertTransparent(optimizer, components, List.of(), FEW);
  }

  /** Some tables drawn normally, the third one uniformly. */
  @ParameterizedTest
  @MethodSource("halfRows")
  void rowsOf16BitsGiveTheBitsOfTheOracle(TestOptimizer optimizer, Precision precision) {
    List<String> sets =
        List.of(
            "model.row-precision=" + precision.configName(),
            "model.init={ type = normal, deviation = 0.05 }",
            "model.tables.C3.init.type=uniform");
    assertTransparent(optimizer, components, sets, FEWER);
  }

  static Stream<Arguments> halfRows() {
    return Arrays.stream(TestOptimizer.values())
        .flatMap(o -> Stream.of(Precision.BF16, Precision.FP16).map(p -> Arguments.of(o, p)));
  }

  /**
   * With all that models have: cross layers of both ranks, dropout, layer norm, first-order
   * weights.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model.type=dlrm, model.dlrm.interaction=cross, model.dlrm.cross-rank=4 | ADAM | fp16",
        "model.type=dcn, model.dcn.deep-mlp=[12], model.dcn.dropout=0.3 | ROWWISE_ADAGRAD | bf16",
        "model.type=dcn, model.dcn.structure=parallel, model.dcn.cross-rank=3, model.dcn.deep-mlp=[9], model.dcn.layer-norm=true | ADAM_DENSE | fp32",
        "model.type=deepfm, model.deepfm.deep-mlp=[10], model.deepfm.dropout=0.2 | NESTEROV | bf16",
        "model.type=wide-deep, model.wide-deep.deep-mlp=[10] | FTRL | fp32"
      })
  void everyModelGivesTheBitsOfTheOracle(String model, TestOptimizer optimizer, String precision) {
    var sets = new ArrayList<>(List.of(model.split(", ")));
    sets.add("model.row-precision=" + precision);
    assertTransparent(optimizer, components, sets, FEW);
  }

  /** Bags of every kind beside one-hot features, shared tables, tables with a largest norm. */
  @ParameterizedTest
  @EnumSource(TestOptimizer.class)
  void bagsGiveTheBitsOfTheOracle(TestOptimizer optimizer) {
    boolean basic = BASIC.contains(optimizer);
    var sets = new ArrayList<>(BagData.SETTINGS);
    if (!basic) {
      sets.add("model.row-precision=bf16");
    }
    assertTransparent(optimizer, BagData.in(components), sets, basic ? FEW : FEWER);
  }

  /** Rows are drawn anew between epochs: in slots, in the RAM tier and in the store. */
  @ParameterizedTest
  @EnumSource(
      value = TestOptimizer.class,
      names = {"SGD", "ROWWISE_ADAGRAD", "ADAM"})
  void epochsThatDrawRowsAnewGiveTheBitsOfTheOracle(TestOptimizer optimizer) {
    assertTransparent(
        optimizer,
        components,
        List.of("data.synthetic.rows=4810", "train.epochs=3", "train.reset-rows=each-epoch"),
        FEW);
  }

  private void assertTransparent(
      TestOptimizer optimizer, Components components, List<String> sets, int runs) {
    long seed = System.nanoTime();
    var random = new Random(seed);
    int anyPolicy = random.nextInt(POLICIES.size());
    Components onDevices = onDevices(components);
    TestRun plain = run(optimizer).set(sets.toArray(String[]::new));
    var oracle = oracle(components, plain.config(), optimizer);
    List<String> sizes =
        List.of(maxUniqueRows(components, plain.config()) + " rows", "1%", "10%", "all");
    // Optimizers that train with few stores and sizes train with different ones.
    int first = List.of(TestOptimizer.values()).indexOf(optimizer) * runs;
    for (int i = first; i < first + runs; i++) {
      String size = sizes.get(i % sizes.size());
      TestRun run =
          run(optimizer)
              .set(sets.toArray(String[]::new))
              .set(
                  "cache.policy=" + POLICIES.get((anyPolicy + i) % POLICIES.size()),
                  // One percent of these few rows is less than a batch, so the smallest possible
                  // size is used.
                  "cache.size=\"" + (size.equals("1%") ? sizes.get(0) : size) + "\"",
                  "cache.regions=" + (size.equals("10%") ? 1 + random.nextInt(3) : 1),
                  "cache.warm-up=" + random.nextInt(2) * 0.7,
                  "lookahead.batches=" + pick(LOOK_AHEAD, random),
                  "lookahead.planned=" + pick(PLANNED, random),
                  "lookahead.threads=" + (1 + random.nextInt(3)),
                  "storage.threads=" + (1 + random.nextInt(3)),
                  "storage.ssd.ram-policy=" + POLICIES.get(random.nextInt(POLICIES.size())),
                  "compute.threads=" + pick(THREADS, random));
      boolean device = random.nextBoolean();
      run.components(device ? onDevices : components);
      run.set(STORES.get(i % STORES.size()).toArray(String[]::new));
      if (size.equals("10%") && resetsRows(plain.config())) {
        run.set("cache.tables.C2.size=all");
      }
      Config report = run.train().json();
      assertThat(report.getString("loss_sha256"))
          .as("losses, seed %d, device %s, run %s", seed, device, run)
          .isEqualTo(oracle.losses);
      assertThat(report.getString("weights_sha256"))
          .as("weights, seed %d, device %s, run %s", seed, device, run)
          .isEqualTo(oracle.weights);
    }
  }

  @Test
  void cachesReallyMissAndEvictAndAreDeterministic() {
    for (String policy : POLICIES) {
      var caches = new HashSet<Config>();
      for (int planned : PLANNED) {
        for (int threads : List.of(1, 2)) {
          Config cache =
              run(TestOptimizer.ROWWISE_ADAGRAD)
                  .set(
                      "cache.policy=" + policy,
                      "cache.size=\"10%\"",
                      "cache.regions=2",
                      "lookahead.planned=" + planned,
                      "lookahead.threads=" + threads,
                      "storage.threads=" + threads)
                  .train()
                  .json()
                  .getConfig("cache");
          assertThat(cache.getLong("evicted_rows")).isPositive();
          if (!policy.equals("lookahead")) { // lookahead keeps rows that are used again so soon
            assertThat(cache.getLong("forwarded_rows")).isPositive();
          }
          assertThat(cache.getLong("hits")).isBetween(1L, cache.getLong("lookups") - 1);
          // How many rows are forwarded depends on how far plans run ahead; which rows are resident
          // does not.
          caches.add(
              cache
                  .withoutPath("loaded_rows")
                  .withoutPath("tiers")
                  .withoutPath("forwarded_rows")
                  .withoutPath("tables")
                  .withoutPath("lookahead_shrunk"));
        }
      }
      assertThat(caches).as("policy %s", policy).hasSize(1);
    }
  }

  private static <T> T pick(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }

  /** The hashes that a run must report. */
  private record Expected(String losses, String weights) {}

  private static Expected oracle(Components components, Config farsight, TestOptimizer kind) {
    long seed = farsight.getLong("train.seed");
    try (var data = open(components, farsight);
        var backend =
            components
                .computes()
                .get("nd4j-native")
                .open(
                    new ComputeContext(
                        Settings.of("own", farsight.getConfig("compute.nd4j-native")), 1))) {
      var factory = components.models().get(farsight.getString("model.type"));
      var context =
          ModelContext.of(
              Settings.of("farsight.model", farsight.getConfig("model")),
              factory.name(),
              data.schema());
      var model = factory.create(context);
      int dim = context.dim();
      var precision =
          Precision.valueOf(farsight.getString("model.row-precision").toUpperCase(Locale.ROOT));
      var format = new RowFormat(dim, precision, kind.spec().rows().rowState(dim));
      var draws = draws(farsight, data.schema().tables());
      var outcome =
          new EngineOracle(
                  model,
                  dim,
                  farsight.getInt("data.batch-size"),
                  farsight.getInt("train.epochs"),
                  0,
                  kind.spec(),
                  EngineOracle.Rates.of(0.05f, 0.04f),
                  seed,
                  (dense, parameters) -> DenseInit.fill(dense, parameters, seed),
                  maxNorms(farsight, data.schema()),
                  format.precision(),
                  draws,
                  resetsRows(farsight))
              .train(backend, data);
      assertThat(outcome.losses().length).isGreaterThan(250);
      assertThat(data.trainSamples() % farsight.getInt("data.batch-size")).isPositive();
      var losses = new LossDigest();
      for (float loss : outcome.losses()) {
        losses.add(loss);
      }
      int generation = resetsRows(farsight) ? farsight.getInt("train.epochs") - 1 : 0;
      var initial = new InitialRows(data.schema().tables(), format, draws, seed, generation);
      return new Expected(losses.hex(), weights(outcome, initial));
    }
  }

  private static boolean resetsRows(Config farsight) {
    return farsight.getString("train.reset-rows").equals("each-epoch");
  }

  private static List<Draw> draws(Config farsight, TableSet tables) {
    List<Draw> draws = new ArrayList<>(InitialRows.uniform(tables));
    if (farsight.getString("model.init.type").equals("normal")) {
      draws.replaceAll(draw -> Draw.normal(0.05f));
      draws.set(2, Draw.uniform(tables.get(2)));
    }
    return draws;
  }

  private static MaxNorms maxNorms(Config farsight, BatchSchema schema) {
    var norms = new float[schema.tables().size()];
    for (int t = 0; t < norms.length; t++) {
      String ofTable = "model.tables." + schema.tables().get(t).name() + ".max-norm";
      String key = farsight.hasPath(ofTable) ? ofTable : "model.max-norm";
      norms[t] = farsight.hasPath(key) ? (float) farsight.getDouble(key) : Float.POSITIVE_INFINITY;
    }
    return MaxNorms.of(norms);
  }

  private static String weights(EngineOracle.Outcome outcome, InitialRows initial) {
    var tables = initial.tables();
    RowFormat format = initial.format();
    var spec =
        new StoreSpec(
            tables,
            format,
            initial,
            Settings.of("own", com.typesafe.config.ConfigFactory.empty()),
            1);
    try (RowStore store = new NaiveRowStore(spec);
        var workers = new Workers("test", 1)) {
      RowBuffer buffer = RowBuffer.allocate(format, 1, HostBuffers.plain());
      for (int row = 0; row < tables.rows(); row++) {
        buffer.floats().put(0, outcome.rows()[row]);
        store.write(new long[] {row}, 0, 1, buffer, 0);
      }
      return WeightsDigest.hex(store, new SavedDense(outcome), workers);
    }
  }

  private record SavedDense(EngineOracle.Outcome outcome) implements DenseState {

    @Override
    public List<Parameter> parameters() {
      List<Parameter> parameters = new ArrayList<>();
      outcome
          .dense()
          .forEach(
              (name, values) -> parameters.add(new Parameter(name, List.of(values.length), false)));
      return parameters;
    }

    @Override
    public void read(int parameter, float[] target) {
      float[] values = List.copyOf(outcome.dense().values()).get(parameter);
      System.arraycopy(values, 0, target, 0, values.length);
    }

    @Override
    public void write(int parameter, float[] from) {
      throw new AssertionError("only read");
    }
  }

  private static DataSource open(Components components, Config farsight) {
    return components.sources().get("synthetic").open(TestRun.dataContext(farsight));
  }

  private static int maxUniqueRows(Components components, Config farsight) {
    int maxRows = 0;
    try (var data = open(components, farsight)) {
      var sources = new ArrayList<>(List.of(data.eval()));
      for (int epoch = 0; epoch < farsight.getInt("train.epochs"); epoch++) {
        sources.add(data.train(epoch));
      }
      for (var source : sources) {
        try (source) {
          var batch =
              new Batch(source.schema(), farsight.getInt("data.batch-size"), HostBuffers.plain());
          while (source.next(batch)) {
            Set<Long> rows = new HashSet<>();
            Lookup.all(batch).forEach(lookup -> rows.add(lookup.rowId()));
            maxRows = Math.max(maxRows, rows.size());
          }
        }
      }
    }
    return maxRows;
  }
}
