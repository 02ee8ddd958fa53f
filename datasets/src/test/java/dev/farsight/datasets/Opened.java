package dev.farsight.datasets;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.FittedData;
import dev.farsight.api.memory.HostBuffers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** Opens sources from a few lines of configuration, and reads them into plain rows. */
public final class Opened {

  /** The shared keys' defaults, as the engine's reference.conf has them. */
  private static final Config SHARED =
      ConfigFactory.parseString(
          "farsight.data { path = null, batch-size = 4, eval-fraction = 0, on-bad-row = fail }",
          ConfigParseOptions.defaults().setOriginDescription("reference.conf"));

  /** A sample as a plain value. */
  public record Row(float label, List<Float> dense, List<Integer> indices, float truth) {}

  /**
   * A sample with bags as a plain value.
   *
   * @param bags the indices of each feature's lookups
   * @param weights the weights of each feature's lookups; null where it has none
   */
  public record BagRow(
      float label,
      List<Float> dense,
      List<List<Integer>> bags,
      List<List<Float>> weights,
      float truth) {}

  private Opened() {}

  /** What the source {@code name} is opened with, {@code conf} standing at farsight.data. */
  public static DataContext context(String name, String conf, long seed, int threads) {
    var options = ConfigParseOptions.defaults().setOriginDescription("my.conf");
    Config data =
        ConfigFactory.parseString(conf, options)
            .atPath("farsight.data")
            .withFallback(SHARED)
            .withFallback(ConfigFactory.parseResources("reference.conf"))
            .resolve()
            .getConfig("farsight.data");
    var settings = Settings.of("farsight.data", data);
    return new DataContext(
        settings,
        settings.section(name),
        settings.integer("batch-size", 1, 1 << 20),
        seed,
        threads);
  }

  /** The same, with what was found out from earlier data. */
  public static DataContext with(FittedData fitted, DataContext any) {
    return new DataContext(
        any.data(),
        any.own(),
        any.batchSize(),
        any.seed(),
        any.threads(),
        any.secondPass(),
        fitted);
  }

  public static List<Row> train(DataSourceFactory factory, String conf) {
    try (var source = factory.open(context(factory.name(), conf, 1, 2));
        var pass = source.train(0)) {
      return rows(pass, 3);
    }
  }

  public static List<Row> eval(DataSourceFactory factory, String conf) {
    try (var source = factory.open(context(factory.name(), conf, 1, 2));
        var pass = source.eval()) {
      return rows(pass, 3);
    }
  }

  /**
   * All samples of a pass of one-hot features, read in batches of that capacity, of which all but
   * the last are full.
   */
  public static List<Row> rows(BatchSource pass, int capacity) {
    return rows(pass, capacity, Opened::row);
  }

  /** All samples of a pass, as {@link #rows}. */
  public static List<BagRow> bagRows(BatchSource pass, int capacity) {
    return rows(pass, capacity, Opened::bagRow);
  }

  private static <R> List<R> rows(
      BatchSource pass, int capacity, BiFunction<Batch, Integer, R> rowOf) {
    var batch = new Batch(pass.schema(), capacity, HostBuffers.plain());
    var rows = new ArrayList<R>();
    boolean last = false;
    while (pass.next(batch)) {
      if (last) {
        throw new AssertionError("a batch follows one that was not full");
      }
      last = batch.samples() < capacity;
      if (batch.samples() == 0) {
        throw new AssertionError("an empty batch");
      }
      for (int s = 0; s < batch.samples(); s++) {
        rows.add(rowOf.apply(batch, s));
      }
    }
    return rows;
  }

  /** All samples of a batch. */
  public static List<BagRow> bagRows(Batch batch) {
    return IntStream.range(0, batch.samples()).mapToObj(s -> bagRow(batch, s)).toList();
  }

  private static Row row(Batch batch, int sample) {
    BagRow row = bagRow(batch, sample);
    var indices = new ArrayList<Integer>();
    for (int f = 0; f < row.bags().size(); f++) {
      if (batch.offsets(f) != null || row.weights().get(f) != null) {
        throw new AssertionError("feature " + f + " is not one-hot");
      }
      indices.add(row.bags().get(f).get(0));
    }
    return new Row(row.label(), row.dense(), indices, row.truth());
  }

  private static BagRow bagRow(Batch batch, int sample) {
    var dense = new ArrayList<Float>();
    for (int d = 0; d < batch.schema().denseWidth(); d++) {
      dense.add(batch.dense().get(sample * batch.schema().denseWidth() + d));
    }
    var bags = new ArrayList<List<Integer>>();
    var weights = new ArrayList<List<Float>>();
    for (int f = 0; f < batch.schema().features().size(); f++) {
      int[] offsets = batch.offsets(f);
      int from = offsets == null ? sample : offsets[sample];
      int to = offsets == null ? sample + 1 : offsets[sample + 1];
      int feature = f;
      bags.add(IntStream.range(from, to).mapToObj(i -> batch.indices(feature)[i]).toList());
      weights.add(
          batch.lookupWeights(f) == null
              ? null
              : IntStream.range(from, to).mapToObj(batch.lookupWeights(f)::get).toList());
    }
    float truth = batch.schema().truth() ? batch.truth().get(sample) : Float.NaN;
    return new BagRow(batch.labels().get(sample), dense, bags, weights, truth);
  }
}
