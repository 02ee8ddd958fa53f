package dev.farsight.api.data;

import dev.farsight.api.config.Settings;
import java.util.List;

/**
 * The arguments with which a data source is opened.
 *
 * @param data the section {@code farsight.data}: {@code path}, {@code eval-fraction} and so on
 * @param own the source's own section, {@code farsight.data.NAME}
 * @param batchSize samples per batch, {@code data.batch-size}
 * @param seed the run's seed, {@code train.seed}
 * @param threads how many threads the source may use to read and parse
 * @param secondPass what may read a part of the data more than once, such as {@code train.epochs};
 *     null if nothing does, so that data that can be read only once, such as a pipe, will do
 * @param fitted what earlier training data was found to be like; null if the source finds out from
 *     the training part of this data
 * @param fields names of the fields whose texts batches carry, {@link Batch#texts}. Empty if the
 *     source does not {@linkplain DataSourceFactory#copiesFields copy} fields
 */
public record DataContext(
    Settings data,
    Settings own,
    int batchSize,
    long seed,
    int threads,
    String secondPass,
    FittedData fitted,
    List<String> fields) {

  public DataContext {
    fields = List.copyOf(fields);
  }

  /** Data of whose fields no texts are handed on. */
  public DataContext(
      Settings data,
      Settings own,
      int batchSize,
      long seed,
      int threads,
      String secondPass,
      FittedData fitted) {
    this(data, own, batchSize, seed, threads, secondPass, fitted, List.of());
  }

  /** Data of which nothing is known from earlier data. */
  public DataContext(
      Settings data, Settings own, int batchSize, long seed, int threads, String secondPass) {
    this(data, own, batchSize, seed, threads, secondPass, null);
  }

  /** Data that may be read any number of times. */
  public DataContext(Settings data, Settings own, int batchSize, long seed, int threads) {
    this(data, own, batchSize, seed, threads, "this command");
  }
}
