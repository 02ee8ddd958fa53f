package dev.farsight.engine.data;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataSource;

/** The setting {@code data.splits}. */
public final class SplitsSetting {

  /** Samples are read in the order of the data. */
  public static final int NONE = 0;

  private static final String KEY = "splits";
  private static final int MOST = 1 << 16;

  private SplitsSetting() {}

  /**
   * How many splits there are; {@link #NONE} if the data is not cut.
   *
   * @param data the section {@code farsight.data}
   * @throws ConfigException if there cannot be so many
   */
  public static int splits(Settings data) {
    return data.integer(KEY, NONE, MOST);
  }

  /**
   * Checks what can be checked without the data.
   *
   * @throws ConfigException if the setting does not go with another one
   */
  static void check(Settings data) {
    int splits = splits(data);
    if (splits == NONE) {
      return;
    }
    int batchSize = data.integer("batch-size", 1, Integer.MAX_VALUE);
    if (batchSize % splits != 0) {
      throw data.bad(
          KEY,
          "does not divide data.batch-size = "
              + batchSize
              + ", of which each split gives an equal share; choose a divisor of it");
    }
    if (ShuffleSetting.blockSamples(data) == ShuffleSetting.FULL) {
      throw data.bad(
          KEY,
          "cannot be used with data.shuffle = full, for which every process reads all data; shuffle"
              + " by blocks, such as '500000 samples', or set it to 0");
    }
    if (data.string("on-bad-row").equals("skip")) {
      throw data.bad(
          KEY,
          "cannot be used with data.on-bad-row = skip, as the number of samples of a split has to"
              + " be known before it is read; prepare the data: farsight data prepare, or set it to"
              + " 0");
    }
    if (data.section("eval-where").has("column")) {
      throw data.bad(
          KEY,
          "cannot be used with data.eval-where, which leaves out samples anywhere in the data; use"
              + " data.eval-path or data.eval-fraction, or set it to 0");
    }
  }

  /**
   * The source in the order of its splits, if the setting asks for it. Samples of each split are
   * shuffled by themselves.
   *
   * @throws ConfigException if the source cannot be read so
   */
  static DataSource apply(DataSource source, Settings data, int stepSamples, long seed) {
    int splits = splits(data);
    long samples = splits == NONE ? 0 : source.trainSamples();
    if (samples == 0) {
      return source;
    }
    if (!source.readsStretches()) {
      throw data.bad(
          KEY,
          "needs a source that can begin to read anywhere, which data.source = "
              + data.string("source")
              + " cannot with this data; set it to 0, or prepare the data: farsight data prepare");
    }
    if (samples < 0) {
      throw data.bad(KEY, "needs data that tells how many samples it has; set it to 0");
    }
    int blockSamples = ShuffleSetting.blockSamples(data);
    var order = new SplitsData.Order(splits, stepSamples, blockOfSplit(blockSamples, splits), seed);
    return new SplitsData(source, order);
  }

  /** The memory of samples that were read of splits. */
  public static MemoryForecast forecast(Settings data, BatchSchema schema, int stepSamples) {
    // A block is filled from a batch of its own.
    int batches = ShuffleSetting.blockSamples(data) == ShuffleSetting.NONE ? 1 : 2;
    return SplitsData.forecast(schema, splits(data), stepSamples, batches);
  }

  /** Splits share the memory of a block. */
  static int blockOfSplit(int blockSamples, int splits) {
    return (blockSamples + splits - 1) / splits;
  }
}
