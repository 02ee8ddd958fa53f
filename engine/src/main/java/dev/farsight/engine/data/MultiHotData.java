package dev.farsight.engine.data;

import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.ForwardingDataSource;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.internal.Sizes;
import dev.farsight.api.memory.HostMemory;
import dev.farsight.engine.event.RunListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A data source whose one-hot features are given bags ({@code data.multi-hot}), as MLPerf's
 * training set for recommendation is made from Criteo's: the bag of index i is i, followed by row i
 * of a fixed random table of the feature, {@link MultiHotTables}. So the bags take no room in
 * files. Bags are summed up; a feature of one lookup stays one-hot. Owns the source.
 *
 * <p>The tables are drawn when they are first needed, or by {@link #drawTables}, which tells how
 * far it is.
 */
public final class MultiHotData extends ForwardingDataSource {

  private final BatchSchema oneHot;
  private final BatchSchema schema;
  private final int threads;

  /** Null before they are drawn. */
  private MultiHotTables tables;

  private MultiHotData(DataSource source, BatchSchema schema, int threads) {
    super(source);
    oneHot = source.schema();
    this.schema = schema;
    this.threads = threads;
  }

  /**
   * The source with bags.
   *
   * @param data the section {@code farsight.data}, which asks for them
   * @param threads how many threads make the bags of a batch
   * @throws dev.farsight.api.config.ConfigException if the source has other features than are
   *     needed
   */
  static MultiHotData of(DataSource source, Settings data, int threads) {
    return new MultiHotData(source, withBags(source.schema(), data), threads);
  }

  private static BatchSchema withBags(BatchSchema schema, Settings data) {
    int[] lookups = MultiHotSetting.lookups(data);
    List<Feature> features = schema.features();
    if (lookups.length != features.size()) {
      throw MultiHotSetting.bad(
          data,
          "has "
              + lookups.length
              + " numbers of lookups, and the data has "
              + features.size()
              + " features; each needs one");
    }
    var bags = new ArrayList<Feature>();
    for (int f = 0; f < lookups.length; f++) {
      Feature feature = features.get(f);
      if (!feature.oneHot() || feature.table() != f) {
        throw MultiHotSetting.bad(
            data,
            "needs features of one lookup, each with a table of its own, in the order of the"
                + " tables; feature "
                + Quoted.of(feature.name())
                + (feature.oneHot()
                    ? " looks rows up in table "
                        + Quoted.of(schema.tables().get(feature.table()).name())
                    : " has bags"));
      }
      bags.add(
          lookups[f] == 1
              ? feature
              : new Feature(feature.name(), f, lookups[f], lookups[f], Pooling.SUM, false));
    }
    return new BatchSchema(schema.denseWidth(), schema.tables(), bags, schema.columns());
  }

  /** The memory of tables and passes: one for training, one for evaluation. */
  public static MemoryForecast forecast(Settings data, BatchSchema schema, int batchSize) {
    if (!MultiHotSetting.isOn(data)) {
      return MemoryForecast.none();
    }
    var oneHot = new BatchSchema(schema.denseWidth(), schema.tables(), schema.columns());
    return MemoryForecast.of(Tier.HOST, "multi-hot tables", MultiHotTables.bytes(schema))
        .plus(
            MemoryForecast.of(
                Tier.HOST, "samples before their bags", 2 * Batch.bufferBytes(oneHot, batchSize)))
        .plus(
            MemoryForecast.of(
                Tier.HEAP, "indices before their bags", 2 * Batch.heapBytes(oneHot, batchSize)));
  }

  /** Draws the tables, if that is not done yet. Whether there is room for them, the run knows. */
  synchronized MultiHotTables drawTables(RunListener events) {
    if (tables == null) {
      tables = MultiHotTables.draw(schema, events);
    }
    return tables;
  }

  /** Of a caller that has not reckoned its memory before. */
  private synchronized MultiHotTables tables() {
    if (tables == null) {
      requireRoom();
    }
    return drawTables(RunListener.NONE);
  }

  private void requireRoom() {
    long bytes = MultiHotTables.bytes(schema);
    HostMemory host = HostMemory.of(Path.of("/"));
    if (bytes > host.available()) {
      throw new FarsightException(
          "data.multi-hot needs "
              + Sizes.text(bytes)
              + " of host memory for its tables, "
              + host.source()
              + " is "
              + Sizes.text(host.available()));
    }
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public boolean readsInParts() {
    return false;
  }

  @Override
  public BatchSource train(int epoch) {
    return withBags(super.train(epoch));
  }

  @Override
  public BatchSource shuffled(long seed, int epoch) {
    return withBags(super.shuffled(seed, epoch));
  }

  @Override
  public BatchSource stretch(int epoch, long from, long to) {
    return withBags(super.stretch(epoch, from, to));
  }

  @Override
  public BatchSource eval() {
    return withBags(super.eval());
  }

  private BatchSource withBags(BatchSource pass) {
    try {
      return new MultiHotPass(pass, oneHot, schema, tables(), threads);
    } catch (RuntimeException | Error e) {
      Closing.after(e, pass);
      throw e;
    }
  }

  @Override
  public void close() {
    super.close();
    release();
  }

  private synchronized void release() {
    if (tables != null) {
      tables.close();
      tables = null;
    }
  }
}
