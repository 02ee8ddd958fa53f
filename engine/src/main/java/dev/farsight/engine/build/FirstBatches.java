package dev.farsight.engine.build;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.TableSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What the first batches of training look up: what a usual batch needs. Costs reading them, and 8
 * bytes a unique row.
 *
 * @param rows the unique rows of each batch
 * @param samples of all of them
 * @param tableLookups lookups of all of them, by table; empty if none are read
 */
public record FirstBatches(List<long[]> rows, long samples, List<Long> tableLookups) {

  private static final int FEW = 4;

  /** None are read: there are none, or the data can be read only once. */
  public static final FirstBatches NONE = new FirstBatches(List.of(), 0, List.of());

  public FirstBatches {
    rows = List.copyOf(rows);
    tableLookups = List.copyOf(tableLookups);
  }

  /** Reads up to four batches. */
  public static FirstBatches of(DataSource source, int batchSize) {
    return of(source, batchSize, FEW);
  }

  /**
   * Reads some batches.
   *
   * @param most how many
   */
  static FirstBatches of(DataSource source, int batchSize, int most) {
    if (source.trainSamples() == 0 || source.trainSamples() == DataSource.UNKNOWN) {
      return NONE;
    }
    try (var pass = source.train(0)) {
      var batch = new Batch(source.schema(), batchSize, HostBuffers.plain());
      var rows = new ArrayList<long[]>();
      long samples = 0;
      var lookups = new long[source.schema().tables().size()];
      while (rows.size() < most && pass.next(batch)) {
        rows.add(uniqueRows(batch));
        samples += batch.samples();
        for (int f = 0; f < source.schema().features().size(); f++) {
          lookups[source.schema().features().get(f).table()] += batch.lookups(f);
        }
      }
      return new FirstBatches(rows, samples, LongStream.of(lookups).boxed().toList());
    }
  }

  /** Of all batches. */
  public long lookups() {
    return tableLookups.stream().mapToLong(Long::longValue).sum();
  }

  /** Unique rows of the batch that has most; 0 if none was read. */
  public long mostUniqueRows() {
    return rows.stream().mapToLong(unique -> unique.length).max().orElse(0);
  }

  private static long[] uniqueRows(Batch batch) {
    TableSet tables = batch.schema().tables();
    var all = LongStream.builder();
    for (int t = 0; t < tables.size(); t++) {
      for (int f : batch.schema().featuresOf(t)) {
        int[] indices = batch.indices(f);
        for (int i = 0; i < batch.lookups(f); i++) {
          all.add(tables.offset(t) + indices[i]);
        }
      }
    }
    long[] rows = all.build().toArray();
    Arrays.sort(rows);
    return LongStream.of(rows).distinct().toArray();
  }
}
