package dev.farsight.engine.build;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.Table;
import dev.farsight.engine.sharding.TableLoad;
import dev.farsight.engine.statistics.RowCounts;
import java.util.ArrayList;
import java.util.stream.IntStream;

/**
 * What a step is expected to ask of each table, from how often rows occur. A row that occurs c
 * times in N samples is not looked up by b samples with a probability of exp(-b c / N). Of a cache,
 * the most frequent rows are taken to be there. O(rows), and 0.5 MB.
 */
final class CountedLoads {

  /** Larger counts are treated as equal. */
  private static final int MOST = 1 << 16;

  private final RowCounts counts;
  private final BatchSchema schema;
  private final double samples;

  /**
   * @param samples that were counted; 0 or less if they are unknown
   */
  CountedLoads(RowCounts counts, BatchSchema schema, long samples) {
    this.counts = counts;
    this.schema = schema;
    this.samples = Math.max((double) samples, leastSamples());
  }

  /** As many as there must have been for the lookups that were counted; at least 1. */
  private double leastSamples() {
    return IntStream.range(0, schema.tables().size())
        .mapToDouble(t -> lookups(t) / (double) schema.maxTableLookups(t, 1))
        .reduce(1, Math::max);
  }

  /**
   * @param slots of the cache; as many as rows if every row is resident
   */
  RowLoads of(int batchSize, int devices, long slots) {
    int resident = leastResident(slots);
    var loads = new ArrayList<TableLoad>();
    for (int t = 0; t < schema.tables().size(); t++) {
      Table table = schema.tables().get(t);
      long[] rowsWithCount = rowsWithCount(t);
      loads.add(
          new TableLoad(
              table.name(),
              table.rows(),
              expected(rowsWithCount, (double) batchSize / devices, MOST),
              expected(rowsWithCount, batchSize, MOST),
              expected(rowsWithCount, batchSize, resident),
              RowLoads.bags(schema, t, (double) batchSize / devices),
              lookups(t) / samples * batchSize / devices));
    }
    return new RowLoads("cache.statistics.path", loads);
  }

  private double lookups(int table) {
    return IntStream.of(counts.ofTable(table)).asLongStream().sum();
  }

  /** The count from which on all rows fit into the cache. */
  private int leastResident(long slots) {
    var all = new long[MOST];
    for (int t = 0; t < schema.tables().size(); t++) {
      long[] ofTable = rowsWithCount(t);
      for (int count = 0; count < MOST; count++) {
        all[count] += ofTable[count];
      }
    }
    int least = MOST;
    long above = 0;
    while (least > 0 && above + all[least - 1] <= slots) {
      above += all[--least];
    }
    return least;
  }

  private long[] rowsWithCount(int table) {
    var rows = new long[MOST];
    for (int count : counts.ofTable(table)) {
      rows[Math.min(count, MOST - 1)]++;
    }
    return rows;
  }

  /** Different rows with a count below a limit that so many samples look up. */
  private double expected(long[] rowsWithCount, double batch, int below) {
    double sum = 0;
    for (int count = 1; count < below; count++) {
      sum += rowsWithCount[count] * -Math.expm1(-batch * count / samples);
    }
    return sum;
  }
}
