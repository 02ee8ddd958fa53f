package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.ForwardingDataSource;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.data.NaiveMultiHot;
import dev.farsight.engine.data.RunData;
import dev.farsight.engine.event.PhaseProgress;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.verify.Verification;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs on samples that are given bags. */
class MultiHotRunTest {

  private static final int[] ROWS = {3, 50, 400, 2000, 900};
  private static final int[] LOOKUPS = {3, 1, 5, 2, 12};
  private static final String BAGS = "data.multi-hot=[3, 1, 5, 2, 12]";

  @TempDir Path folder;

  private final Components components = TestRun.builtIn();

  private TestRun run(String... sets) {
    return new TestRun(folder)
        .set("data.synthetic.cardinalities=[3, 50, 400, 2000, 900]", "data.synthetic.rows=5000")
        .set("optimizer.type=rowwise-adagrad", "cache.size=\"30%\"", BAGS)
        .set(sets);
  }

  private static void assertSame(Config one, Config other, String... results) {
    for (String result : results) {
      assertThat(one.getValue(result)).as(result).isEqualTo(other.getValue(result));
    }
  }

  /** The samples of another source with their bags, made one by one. */
  private record Expanding(DataSourceFactory source) implements DataSourceFactory {

    @Override
    public String name() {
      return "synthetic";
    }

    @Override
    public DataSource open(DataContext context) {
      DataSource opened = source.open(context);
      TableSet tables = opened.schema().tables();
      var features = new ArrayList<Feature>();
      for (int f = 0; f < LOOKUPS.length; f++) {
        Feature one = opened.schema().features().get(f);
        features.add(
            LOOKUPS[f] == 1
                ? one
                : new Feature(one.name(), f, LOOKUPS[f], LOOKUPS[f], Pooling.SUM, false));
      }
      var schema =
          new BatchSchema(
              opened.schema().denseWidth(), tables, features, opened.schema().columns());
      return new ForwardingDataSource(opened) {
        @Override
        public BatchSchema schema() {
          return schema;
        }

        @Override
        public BatchSource train(int epoch) {
          return new Pass(super.train(epoch), schema);
        }

        @Override
        public BatchSource eval() {
          return new Pass(super.eval(), schema);
        }
      };
    }
  }

  private record Pass(BatchSource source, BatchSchema schema, List<int[][]> tables)
      implements BatchSource {

    Pass(BatchSource source, BatchSchema schema) {
      this(source, schema, NaiveMultiHot.tables(ROWS, LOOKUPS));
    }

    @Override
    public boolean next(Batch batch) {
      var read = new Batch(source.schema(), batch.capacity(), HostBuffers.plain());
      if (!source.next(read)) {
        return false;
      }
      for (int s = 0; s < read.samples(); s++) {
        for (int d = 0; d < schema.denseWidth(); d++) {
          int at = s * schema.denseWidth() + d;
          batch.dense().put(at, read.dense().get(at));
        }
        batch.labels().put(s, read.labels().get(s));
        batch.truth().put(s, read.truth().get(s));
        for (int f = 0; f < LOOKUPS.length; f++) {
          int index = read.indices(f)[s];
          int at = s * LOOKUPS[f];
          batch.indices(f)[at] = index;
          for (int more : tables.get(f)[index]) {
            batch.indices(f)[++at] = more;
          }
          if (batch.offsets(f) != null) {
            batch.offsets(f)[s + 1] = at + 1;
          }
        }
      }
      batch.samples(read.samples());
      return true;
    }

    @Override
    public void close() {
      source.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "700 samples"})
  void resultsAreThoseOfTheSameSamplesFromASource(String shuffle) {
    String order = "data.shuffle=" + shuffle;
    Config made = run(order, "cache.policy=lru", "lookahead.batches=3").train().json();
    var source = new Expanding(components.sources().get("synthetic"));
    Config given =
        run(order, "data.multi-hot=null")
            .components(TestRun.withSynthetic(components, source))
            .train()
            .json();
    assertSame(made, given, "loss_sha256", "weights_sha256", "quality", "data");
    Config oneHot = run(order, "data.multi-hot=null").train().json();
    assertThat(oneHot.getString("loss_sha256")).isNotEqualTo(made.getString("loss_sha256"));
  }

  @Test
  void aStoppedRunIsTheWholeRun() {
    String[] sets = {
      "data.shuffle=700 samples",
      "train.eval-every=30",
      "checkpoint.every=20 steps",
      "checkpoint.keep=20",
      "checkpoint.directory=" + folder.resolve("checkpoints")
    };
    Config whole = run("data.shuffle=700 samples", "train.eval-every=30").train().json();
    run(sets).set("train.max-steps=47").train();
    Config resumed = run(sets).resume().json();
    assertSame(resumed, whole, "loss_sha256", "weights_sha256", "quality", "data");
    assertThat(
            new Verification(components, List.of(getClass().getClassLoader()), RunListener.NONE)
                .verify(
                    folder.resolve("checkpoints"),
                    OptionalLong.of(40),
                    OptionalLong.empty(),
                    List.of("cache.policy=lru"))
                .equal())
        .isTrue();
    assertThatThrownBy(run(sets).set("data.multi-hot=[3, 1, 5, 2, 11]")::resume)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data.multi-hot was [3,1,5,2,12], is [3,1,5,2,11]");
  }

  @Test
  void aModelIsForItsBags() {
    TestRun training = run("model.save=true");
    Config trained = training.train().json();
    String load = "model.load=" + training.directory().resolve("model");
    assertSame(evaluate(run(load)), trained, "quality");
    assertThatThrownBy(() -> evaluate(run(load, "data.multi-hot=null")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.data.multi-hot was [3, 1, 5, 2, 12], is not set");
    assertThatThrownBy(run(load, "data.multi-hot=mlperf")::train)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is mlperf");
  }

  private Config evaluate(TestRun run) {
    Path directory = folder.resolve("eval-" + System.nanoTime());
    try (Trainer trainer =
        Trainer.openToEvaluate(run.config(), components, directory, RunListener.NONE)) {
      return trainer.evaluate().json();
    }
  }

  @Test
  void theMemoryIsForetoldAndTheDrawingTold() {
    long tables = 4 * (3 * 2 + 400 * 4 + 2000 + 900 * 11);
    long with = Preview.of(run().config(), components).memory().bytes(Tier.HOST);
    assertThat(Preview.of(run().config(), components).memory().lines())
        .filteredOn(line -> line.what().equals("multi-hot tables"))
        .singleElement()
        .satisfies(line -> assertThat(line.bytes()).isEqualTo(tables));
    assertThat(with)
        .isGreaterThan(
            tables
                + Preview.of(run("data.multi-hot=null").config(), components)
                    .memory()
                    .bytes(Tier.HOST));
    var told = new ArrayList<PhaseProgress>();
    var listener =
        new RunListener() {
          @Override
          public void progress(PhaseProgress progress) {
            told.add(progress);
          }
        };
    run().open(listener).close();
    assertThat(told)
        .contains(new PhaseProgress("drawing multi-hot tables", tables / 4, tables / 4, "indices"));
  }

  /** It would be drawn only once there is room, and a line tells what needs it. */
  @Test
  void tablesForWhichThereIsNoRoomAreNotDrawn() {
    TestRun large =
        run(
            "data.synthetic.cardinalities=[3, 50, 400, 2000, 100000000]",
            "data.multi-hot=[3, 1, 5, 2, 60000]",
            "data.batch-size=1",
            "cache.size=all");
    assertThatThrownBy(large::train).hasMessageContaining("GiB of host memory");
    assertThat(Preview.of(large.config(), components).memory().bytes(Tier.HOST))
        .isGreaterThan(4L * 100_000_000 * 59_999);
  }

  /** The numbers of lookups are those that synthetic data knows too. */
  @Test
  void mlperfIsTheSetOfThatName() {
    TestRun run =
        run("data.synthetic.rows=100", "data.synthetic.cardinalities=mlperf")
            .set("data.multi-hot=mlperf", "cache.size=\"1000000 rows\"");
    try (DataSource ours = opened(run);
        DataSource synthetic =
            opened(run.set("data.multi-hot=null", "data.synthetic.hotness=mlperf"))) {
      assertThat(ours.schema().features().stream().map(Feature::maxLookups))
          .containsExactlyElementsOf(
              synthetic.schema().features().stream().map(Feature::maxLookups).toList());
    }
  }

  private DataSource opened(TestRun run) {
    return RunData.open(components.sources().get("synthetic"), TestRun.dataContext(run.config()));
  }
}
