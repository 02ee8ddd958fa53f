package dev.farsight.engine.plan;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.RowGroups;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RegionRows;
import dev.farsight.engine.cache.RowRequest;
import java.util.Arrays;

/**
 * Finds the unique rows of batches on the host. Tables run in parallel. O(lookups) a batch;
 * allocates nothing after construction. One thread at a time.
 */
public final class Deduper implements UniqueRowSearch {

  private final BatchSchema schema;
  private final TableSet tables;
  private final int batchSize;

  /** The features of each table. */
  private final int[][] features;

  private final TableDeduper[] dedupers;
  private final int maxUniqueRows;
  private final RowGroups groups;
  private final Workers workers;

  /** Region of each unique row, by table. Entries are null if there is one region. */
  private final short[][] regionOf;

  /**
   * By table and region: first the number of unique rows, then the region position of the next row.
   * Entries are null if there is one region.
   */
  private final int[][] inRegion;

  // State of the current batch. The tasks below are created once, so a batch allocates nothing.
  private Batch batch;
  private UniqueRows rows;
  private RegionRows byRegion;
  private final Workers.Task findTable = (t, worker) -> findIn(t);
  private final Workers.Task collectTable = (t, worker) -> collectIn(t);

  public Deduper(BatchSchema schema, int batchSize, Workers workers) {
    this(schema, batchSize, null, workers);
  }

  /**
   * @param groups also sorts the unique rows by these groups, which are the cache's regions; null
   *     for no sorting
   */
  public Deduper(BatchSchema schema, int batchSize, RowGroups groups, Workers workers) {
    this.schema = schema;
    this.tables = schema.tables();
    this.groups = groups == null || groups.count() == 1 ? null : groups;
    this.batchSize = batchSize;
    this.workers = workers;
    dedupers = new TableDeduper[tables.size()];
    features = new int[tables.size()][];
    for (int t = 0; t < dedupers.length; t++) {
      dedupers[t] = new TableDeduper(tables.get(t).rows(), maxLookups(schema, t, batchSize));
      features[t] = schema.featuresOf(t);
    }
    maxUniqueRows = maxUniqueRows(schema, batchSize);
    regionOf = new short[tables.size()][];
    inRegion = new int[tables.size()][];
    for (int t = 0; this.groups != null && t < dedupers.length; t++) {
      regionOf[t] = new short[dedupers[t].maxUnique()];
      inRegion[t] = new int[groups.count()];
    }
  }

  private static int maxLookups(BatchSchema schema, int table, int batchSize) {
    return Math.toIntExact(schema.maxTableLookups(table, batchSize));
  }

  /**
   * Most unique rows that a batch can have.
   *
   * @throws dev.farsight.api.config.ConfigException if a batch can have more lookups than an int
   *     counts
   */
  public static int maxUniqueRows(BatchSchema schema, int batchSize) {
    schema.requireCountableLookups(batchSize);
    return (int) schema.maxUniqueRows(batchSize);
  }

  @Override
  public UniqueRows newRows() {
    return UniqueRows.onHost(schema, batchSize, maxUniqueRows);
  }

  @Override
  public void find(Batch batch, RowRequest.Use use, boolean updates, UniqueRows rows) {
    this.batch = batch;
    this.rows = rows;
    workers.run(dedupers.length, findTable);
    int start = 0;
    for (int t = 0; t < dedupers.length; t++) {
      rows.tableStarts()[t] = start;
      start += dedupers[t].uniques();
    }
    rows.tableStarts()[dedupers.length] = start;
    rows.request().begin(use, updates);
    rows.request().count(start);
    if (groups != null) {
      startRegions();
    }
    // Reads the numbers in the dedupers, so this must run before the next batch.
    workers.run(dedupers.length, collectTable);
  }

  private void findIn(int t) {
    TableDeduper deduper = dedupers[t];
    deduper.begin();
    for (int f : features[t]) {
      deduper.add(batch.indices(f), batch.lookups(f), rows.uniqueOf(f));
    }
    if (groups != null) {
      findRegions(t);
    }
  }

  private void findRegions(int t) {
    long offset = tables.offset(t);
    long[] unique = dedupers[t].unique();
    short[] rowRegions = regionOf[t];
    int[] counts = inRegion[t];
    int uniques = dedupers[t].uniques();
    Arrays.fill(counts, 0);
    for (int u = 0; u < uniques; u++) {
      int region = groups.of(offset + TableDeduper.index(unique[u]));
      rowRegions[u] = (short) region;
      counts[region]++;
    }
  }

  /** Turns the counts in {@link #inRegion} into region positions: by region, then by table. */
  private void startRegions() {
    byRegion = rows.request().byRegion(groups.count());
    int regionPosition = 0;
    for (int region = 0; region < groups.count(); region++) {
      byRegion.starts()[region] = regionPosition;
      for (int[] next : inRegion) {
        int count = next[region];
        next[region] = regionPosition;
        regionPosition += count;
      }
    }
    byRegion.starts()[groups.count()] = regionPosition;
  }

  private void collectIn(int t) {
    RowRequest request = rows.request();
    int start = rows.tableStarts()[t];
    long offset = tables.offset(t);
    long[] unique = dedupers[t].unique();
    long[] ids = request.rows();
    int[] occurrences = request.occurrences();
    int uniques = dedupers[t].uniques();
    for (int u = 0; u < uniques; u++) {
      ids[start + u] = offset + TableDeduper.index(unique[u]);
      occurrences[start + u] = TableDeduper.count(unique[u]);
    }
    for (int f : features[t]) {
      int[] uniqueOf = rows.uniqueOf(f);
      int lookups = batch.lookups(f);
      for (int i = 0; i < lookups; i++) {
        uniqueOf[i] += start;
      }
    }
    if (groups != null) {
      sortByRegion(t);
    }
  }

  private void sortByRegion(int t) {
    long offset = tables.offset(t);
    long[] unique = dedupers[t].unique();
    short[] rowRegions = regionOf[t];
    int[] next = inRegion[t];
    int start = rows.tableStarts()[t];
    int uniques = dedupers[t].uniques();
    for (int u = 0; u < uniques; u++) {
      int regionPosition = next[rowRegions[u]]++;
      byRegion.rows()[regionPosition] = offset + TableDeduper.index(unique[u]);
      byRegion.occurrences()[regionPosition] = TableDeduper.count(unique[u]);
      byRegion.requestPositions()[regionPosition] = start + u;
      byRegion.regionPositions()[start + u] = regionPosition;
    }
  }

  /** Bytes on the heap. */
  public static long heapBytes(BatchSchema schema, int batchSize, int regions) {
    long bytes = 0;
    for (int t = 0; t < schema.tables().size(); t++) {
      int rows = schema.tables().get(t).rows();
      int lookups = maxLookups(schema, t, batchSize);
      bytes += TableDeduper.heapBytes(rows, lookups);
      if (regions > 1) {
        bytes += (long) Short.BYTES * Math.min(rows, lookups) + (long) Integer.BYTES * regions;
      }
    }
    return bytes;
  }
}
