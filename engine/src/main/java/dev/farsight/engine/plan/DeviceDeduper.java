package dev.farsight.engine.plan;

import dev.farsight.api.compute.FoundRows;
import dev.farsight.api.compute.RowFinder;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.table.RowGroups;
import dev.farsight.engine.cache.RegionRows;
import dev.farsight.engine.cache.RowRequest;

/**
 * Lets the device find unique rows, and copies its results to the host: a few bulk copies of
 * O(unique rows) bytes each, in parallel. Allocates nothing after construction.
 */
public final class DeviceDeduper implements UniqueRowSearch {

  /** Rows that a thread copies at a time. */
  private static final int SLICE = 1 << 12;

  private final RowFinder finder;
  private final RowGroups groups;
  private final int maxUniqueRows;
  private final Workers workers;

  // State of the current batch. The task below is created once, so a batch allocates nothing.
  private FoundRows found;
  private RowRequest request;
  private RegionRows byRegion;
  private final Workers.Task copy = this::copy;

  /**
   * @param finder sorts rows by {@code groups}, which are the cache's regions
   * @param maxUniqueRows most unique rows that a batch can have
   * @param workers copy what was found
   */
  public DeviceDeduper(RowFinder finder, RowGroups groups, int maxUniqueRows, Workers workers) {
    this.finder = finder;
    this.groups = groups;
    this.maxUniqueRows = maxUniqueRows;
    this.workers = workers;
  }

  @Override
  public UniqueRows newRows() {
    return UniqueRows.onDevice(groups.tables().size(), maxUniqueRows, finder.room());
  }

  @Override
  public void begin(Batch batch, UniqueRows rows) {
    rows.ticket(finder.find(batch, rows.deviceRows()));
  }

  @Override
  public void find(Batch batch, RowRequest.Use use, boolean updates, UniqueRows rows) {
    rows.ticket().await();
    found = rows.deviceRows();
    int count = found.count();
    found.tableStarts().get(0, rows.tableStarts());
    request = rows.request();
    request.begin(use, updates);
    request.count(count);
    byRegion = null;
    if (found.groups() > 1) {
      byRegion = request.byRegion(found.groups());
      found.groupStarts().get(0, byRegion.starts());
    }
    workers.run((byRegion == null ? 1 : 2) * ((count + SLICE - 1) / SLICE), copy);
  }

  /** Copies a slice of the rows in the order of the request, or of those sorted by group. */
  private void copy(int task, int worker) {
    int slice = byRegion == null ? task : task / 2;
    int from = slice * SLICE;
    int rows = Math.min(SLICE, request.count() - from);
    if (byRegion == null || task % 2 == 0) {
      found.rows().get(from, request.rows(), from, rows);
      found.occurrences().get(from, request.occurrences(), from, rows);
    } else {
      found.groupRows().get(from, byRegion.rows(), from, rows);
      found.groupOccurrences().get(from, byRegion.occurrences(), from, rows);
      found.groupNumbers().get(from, byRegion.requestPositions(), from, rows);
      found.groupPositions().get(from, byRegion.regionPositions(), from, rows);
    }
  }
}
