package dev.farsight.engine.metrics;

import com.typesafe.config.ConfigUtil;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.Feature;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.RequestedRows;
import dev.farsight.engine.cache.RowRequest;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * {@link CacheCounters} by table. A batch costs O(tables + features) and a few nanoseconds for each
 * row that was loaded, forwarded or evicted; resident rows cost nothing. Runs outside of the
 * planner's threads. Not thread-safe.
 */
public final class TableCounters {

  private final TableSet tables;
  private final long[] lookups;
  private final long[] hits;
  private final long[] uniqueRows;
  private final long[] uniqueHits;
  private final long[] loaded;
  private final long[] forwarded;
  private final long[] evicted;

  /** Table of the last row that arrived: the next one often has the same table. */
  private int arrivalTable;

  /** Table of the last evicted row: the next one often has the same table. */
  private int lastTable;

  private final LongConsumer countEviction = this::countEviction;

  public TableCounters(TableSet tables) {
    this.tables = tables;
    lookups = new long[tables.size()];
    hits = new long[tables.size()];
    uniqueRows = new long[tables.size()];
    uniqueHits = new long[tables.size()];
    loaded = new long[tables.size()];
    forwarded = new long[tables.size()];
    evicted = new long[tables.size()];
  }

  /** Counters that continue from saved {@link #values}. */
  public static TableCounters of(TableSet tables, List<Long> values) {
    var counters = new TableCounters(tables);
    if (values.size() != counters.values().size()) {
      throw new IllegalArgumentException(
          values.size() + " counters of the cache for " + tables.size() + " tables");
    }
    Iterator<Long> next = values.iterator();
    for (long[] counts : counters.all()) {
      Arrays.setAll(counts, t -> next.next());
    }
    return counters;
  }

  /** What several have counted together, of the same tables. */
  public static TableCounters sum(List<TableCounters> parts) {
    var sum = new TableCounters(parts.get(0).tables);
    for (TableCounters part : parts) {
      for (int kind = 0; kind < sum.all().size(); kind++) {
        long[] counts = part.all().get(kind);
        long[] sums = sum.all().get(kind);
        Arrays.setAll(sums, t -> sums[t] + counts[t]);
      }
    }
    return sum;
  }

  /** The current values of all counters. */
  public List<Long> values() {
    return all().stream().flatMapToLong(Arrays::stream).boxed().toList();
  }

  private List<long[]> all() {
    return List.of(lookups, hits, uniqueRows, uniqueHits, loaded, forwarded, evicted);
  }

  /** Adds the lookups of a rank's part of a batch, as if all hit: {@link #add} subtracts. */
  public void addLookups(Batch batch) {
    List<Feature> features = batch.schema().features();
    for (int f = 0; f < features.size(); f++) {
      int table = features.get(f).table();
      lookups[table] += batch.lookups(f);
      hits[table] += batch.lookups(f);
    }
  }

  /**
   * Adds the plan of a rank: counts all rows as hits, then subtracts the loaded and forwarded rows.
   *
   * @param rows what was asked of the rank's cache
   */
  public void add(RequestedRows rows, CachePlan plan) {
    for (int t = 0; t < tables.size(); t++) {
      uniqueRows[t] += rows.tableRows(t);
      uniqueHits[t] += rows.tableRows(t);
    }
    RowRequest request = rows.request();
    countArrivals(request, plan.loadPositions(), plan.moves().loads(), loaded);
    countArrivals(request, plan.forwardPositions(), plan.moves().forwards(), forwarded);
    plan.forEachDeparture(countEviction);
  }

  /** Counts rows that were not resident. */
  private void countArrivals(RowRequest request, int[] positions, int count, long[] counts) {
    for (int i = 0; i < count; i++) {
      int position = positions[i];
      arrivalTable = tableOf(request.rows()[position], arrivalTable);
      uniqueHits[arrivalTable]--;
      hits[arrivalTable] -= request.occurrences()[position];
      counts[arrivalTable]++;
    }
  }

  /** The table of a row, which is often that of the row before. */
  private int tableOf(long row, int guess) {
    boolean right = row >= tables.offset(guess) && row < tables.offset(guess + 1);
    return right ? guess : tables.tableOf(row);
  }

  private void countEviction(long row) {
    lastTable = tableOf(row, lastTable);
    evicted[lastTable]++;
  }

  public TableSet tables() {
    return tables;
  }

  public long lookups(int table) {
    return lookups[table];
  }

  /** Lookups of a table that hit. */
  public long hits(int table) {
    return hits[table];
  }

  /** The counters by table name, in table order, for the report. */
  public Map<String, Map<String, Object>> json() {
    Map<String, Map<String, Object>> all = new LinkedHashMap<>();
    for (int t = 0; t < tables.size(); t++) {
      Map<String, Object> table = new LinkedHashMap<>();
      table.put("lookups", lookups[t]);
      table.put("hits", hits[t]);
      table.put("unique_rows", uniqueRows[t]);
      table.put("unique_hits", uniqueHits[t]);
      table.put("loaded_rows", loaded[t]);
      table.put("forwarded_rows", forwarded[t]);
      table.put("evicted_rows", evicted[t]);
      // The keys of a report are paths, and a table name may contain dots.
      all.put(ConfigUtil.joinPath(tables.get(t).name()), table);
    }
    return all;
  }
}
