package dev.farsight.engine.build;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.CacheNeed;
import dev.farsight.engine.sharding.TableLoad;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * What a step of several devices asks of each table.
 *
 * @param measured where that is known from, in words
 * @param tables by table
 */
record RowLoads(String measured, List<TableLoad> tables) {

  /** The most that there can be: nothing of the data is known. */
  static RowLoads atMost(BatchSchema schema, int batchSize, int devices, boolean resident) {
    int samples = batchSize / devices;
    var ofRank = new CacheNeed(schema, samples);
    var ofStep = new CacheNeed(schema, batchSize);
    var loads = new ArrayList<TableLoad>();
    for (int t = 0; t < schema.tables().size(); t++) {
      Table table = schema.tables().get(t);
      double rows = (double) ofStep.uniqueRows(t);
      loads.add(
          new TableLoad(
              table.name(),
              table.rows(),
              (double) ofRank.uniqueRows(t),
              rows,
              resident ? 0 : rows,
              bags(schema, t, samples),
              (double) schema.maxTableLookups(t, samples)));
    }
    return new RowLoads("the most that a batch can look up", loads);
  }

  /** Bags in a table of so many samples. */
  static double bags(BatchSchema schema, int table, double samples) {
    return schema.featuresOf(table).length * samples;
  }

  /**
   * As the first steps look up. Rows that no step before the last one has looked up count as
   * missed.
   *
   * @param parts of each step one for each device, in turn; at least those of one step
   */
  static RowLoads of(FirstBatches parts, BatchSchema schema, int devices, boolean resident) {
    TableSet tables = schema.tables();
    double read = parts.rows().size();
    int steps = parts.rows().size() / devices;
    double[] rankRows = new double[tables.size()];
    double[] stepRows = new double[tables.size()];
    double[] missed = new double[tables.size()];
    long[] seen = new long[0];
    for (int step = 0; step < steps; step++) {
      List<long[]> ofStep = parts.rows().subList(step * devices, (step + 1) * devices);
      ofStep.forEach(rows -> addByTable(rows, tables, rankRows, 1. / (steps * devices)));
      long[] together = union(ofStep);
      addByTable(together, tables, stepRows, 1. / steps);
      if (step == steps - 1 && !resident) {
        addByTable(without(together, seen), tables, missed, 1);
      }
      seen = union(List.of(seen, together));
    }
    var loads = new ArrayList<TableLoad>();
    for (int t = 0; t < tables.size(); t++) {
      Table table = tables.get(t);
      loads.add(
          new TableLoad(
              table.name(),
              table.rows(),
              rankRows[t],
              stepRows[t],
              missed[t],
              bags(schema, t, parts.samples() / read),
              parts.tableLookups().get(t) / read));
    }
    String measured =
        steps == 1
            ? "the first step of the data"
            : String.format(Locale.ROOT, "the first %d steps of the data", steps);
    return new RowLoads(measured, loads);
  }

  /** Adds a weight to the table of each row. */
  private static void addByTable(long[] rows, TableSet tables, double[] sums, double weight) {
    int table = 0;
    for (long row : rows) {
      while (row >= tables.offset(table + 1)) {
        table++;
      }
      sums[table] += weight;
    }
  }

  private static long[] union(List<long[]> some) {
    return some.stream().flatMapToLong(LongStream::of).sorted().distinct().toArray();
  }

  private static long[] without(long[] rows, long[] sorted) {
    return LongStream.of(rows).filter(row -> Arrays.binarySearch(sorted, row) < 0).toArray();
  }
}
