package dev.farsight.engine.metrics;

import com.typesafe.config.ConfigUtil;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.Feature;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.CachePlan;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * {@link CacheCounters} by table. A batch costs O(tables * log(unique rows)) and a few nanoseconds
 * for each row that was loaded, forwarded or evicted; resident rows cost nothing. Runs outside of
 * the planner's threads. Not thread-safe.
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

  /** Position of the first lookup of each unique row, in the batch being added. */
  private IntBuffer rowStarts;

  /** Position of the first lookup of each table, in the batch being added. */
  private final int[] lookupStarts;

  /** Table of the last row that arrived: the next one often has the same table. */
  private int arrivalTable;

  /** Table of the last evicted row: the next one often has the same table. */
  private int lastTable;

  private final LongConsumer countEviction = this::countEviction;

  public TableCounters(TableSet tables) {
    this.tables = tables;
    lookupStarts = new int[tables.size() + 1];
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

  /** The current values of all counters. */
  public List<Long> values() {
    return all().stream().flatMapToLong(Arrays::stream).boxed().toList();
  }

  private List<long[]> all() {
    return List.of(lookups, hits, uniqueRows, uniqueHits, loaded, forwarded, evicted);
  }

  /** Adds a batch: counts all its rows as hits, then subtracts the loaded and forwarded rows. */
  public void add(Batch batch, StepInput input, CachePlan plan) {
    rowStarts = input.rowStarts();
    setLookupStarts(batch);
    int from = 0;
    for (int t = 0; t < tables.size(); t++) {
      int to = firstRowFrom(lookupStarts[t + 1], from, plan.rows());
      int tableLookups = lookupStarts[t + 1] - lookupStarts[t];
      uniqueRows[t] += to - from;
      uniqueHits[t] += to - from;
      lookups[t] += tableLookups;
      hits[t] += tableLookups;
      from = to;
    }
    countArrivals(plan.loadPositions(), plan.moves().loads(), loaded);
    countArrivals(plan.forwardPositions(), plan.moves().forwards(), forwarded);
    plan.forEachDeparture(countEviction);
  }

  private void setLookupStarts(Batch batch) {
    Arrays.fill(lookupStarts, 0);
    List<Feature> features = batch.schema().features();
    for (int f = 0; f < features.size(); f++) {
      lookupStarts[features.get(f).table() + 1] += batch.lookups(f);
    }
    for (int t = 0; t < tables.size(); t++) {
      lookupStarts[t + 1] += lookupStarts[t];
    }
  }

  /** The first unique row in [low, high) whose lookups start at {@code start} or later. */
  private int firstRowFrom(int start, int low, int high) {
    int from = low;
    int to = high;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (rowStarts.get(middle) < start) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  /** Counts rows that were not resident. The first lookup of a row gives its table. */
  private void countArrivals(int[] positions, int count, long[] counts) {
    for (int i = 0; i < count; i++) {
      int start = rowStarts.get(positions[i]);
      if (start < lookupStarts[arrivalTable] || start >= lookupStarts[arrivalTable + 1]) {
        arrivalTable = tableOf(start);
      }
      uniqueHits[arrivalTable]--;
      hits[arrivalTable] -= rowStarts.get(positions[i] + 1) - start;
      counts[arrivalTable]++;
    }
  }

  /** The table in which a lookup is; others may have none. */
  private int tableOf(int lookup) {
    int low = 0;
    int high = tables.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (lookupStarts[middle + 1] <= lookup) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void countEviction(long row) {
    if (row < tables.offset(lastTable) || row >= tables.offset(lastTable + 1)) {
      lastTable = tables.tableOf(row);
    }
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
