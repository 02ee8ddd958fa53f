package dev.farsight.engine.metrics;

import com.typesafe.config.ConfigUtil;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
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
 * {@link CacheCounters} table by table. A batch costs O(rows that came or left), a few nanoseconds
 * each, apart from the planner's thread; the rows that were resident cost nothing. Not thread-safe.
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

  /** Of the batch being added: where the lookups of each unique row start. */
  private IntBuffer rowStarts;

  /** Of the row that left last: victims often come table by table. */
  private int lastTable;

  private final LongConsumer departure = this::left;

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

  /** Counters that go on from the {@link #values} of others. */
  public static TableCounters of(TableSet tables, List<Long> values) {
    var counters = new TableCounters(tables);
    Iterator<Long> next = values.iterator();
    for (long[] counts : counters.all()) {
      Arrays.setAll(counts, t -> next.next());
    }
    return counters;
  }

  /** All counters as they are now. */
  public List<Long> values() {
    return all().stream().flatMapToLong(Arrays::stream).boxed().toList();
  }

  private List<long[]> all() {
    return List.of(lookups, hits, uniqueRows, uniqueHits, loaded, forwarded, evicted);
  }

  /** Adds a batch: counts all its rows as hits, then takes back those that had to come. */
  public void add(Batch batch, StepInput input, CachePlan plan) {
    rowStarts = input.rowStarts();
    int from = 0;
    for (int t = 0; t < tables.size(); t++) {
      int to = firstFrom((t + 1) * batch.samples(), from, plan.rows());
      uniqueRows[t] += to - from;
      uniqueHits[t] += to - from;
      lookups[t] += batch.samples();
      hits[t] += batch.samples();
      from = to;
    }
    arrived(plan.loadPositions(), plan.moves().loads(), batch.samples(), loaded);
    arrived(plan.forwardPositions(), plan.moves().forwards(), batch.samples(), forwarded);
    plan.forEachDeparture(departure);
  }

  /**
   * The first unique row, of those in [low, high), whose lookups start at {@code start} or later.
   */
  private int firstFrom(int start, int low, int high) {
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

  /** A table has as many lookups as there are samples, so where a row's start tells its table. */
  private void arrived(int[] positions, int count, int samples, long[] how) {
    for (int i = 0; i < count; i++) {
      int start = rowStarts.get(positions[i]);
      int table = start / samples;
      uniqueHits[table]--;
      hits[table] -= rowStarts.get(positions[i] + 1) - start;
      how[table]++;
    }
  }

  private void left(long row) {
    if (row < tables.offset(lastTable) || row >= tables.offset(lastTable + 1)) {
      lastTable = tables.tableOf(row);
    }
    evicted[lastTable]++;
  }

  /** By table name, in table order, as a report holds them. */
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
      // A report's keys are paths, and a name may have dots.
      all.put(ConfigUtil.joinPath(tables.get(t).name()), table);
    }
    return all;
  }
}
