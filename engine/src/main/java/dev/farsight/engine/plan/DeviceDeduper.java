package dev.farsight.engine.plan;

import dev.farsight.api.compute.FoundRows;
import dev.farsight.api.compute.RowFinder;
import dev.farsight.api.data.Batch;
import dev.farsight.api.table.RowGroups;
import dev.farsight.engine.cache.RegionRows;
import dev.farsight.engine.cache.RowRequest;

/**
 * Has the device find unique rows, and takes over what it found: a few bulk copies of O(unique
 * rows) bytes each. Allocates nothing once made.
 */
public final class DeviceDeduper implements UniqueRowSearch {

  private final RowFinder finder;
  private final RowGroups groups;
  private final int maxUniqueRows;

  /**
   * @param finder for these groups, which are the cache's regions
   * @param maxUniqueRows most unique rows that a batch can have
   */
  public DeviceDeduper(RowFinder finder, RowGroups groups, int maxUniqueRows) {
    this.finder = finder;
    this.groups = groups;
    this.maxUniqueRows = maxUniqueRows;
  }

  @Override
  public UniqueRows newRows() {
    return UniqueRows.there(groups.tables().size(), maxUniqueRows, finder.room());
  }

  @Override
  public void begin(Batch batch, UniqueRows rows) {
    rows.ticket(finder.find(batch, rows.found()));
  }

  @Override
  public void find(Batch batch, RowRequest.Use use, boolean updates, UniqueRows rows) {
    rows.ticket().await();
    FoundRows found = rows.found();
    int count = found.count();
    found.tableStarts().get(0, rows.tableStarts());
    RowRequest request = rows.request();
    request.begin(use, updates);
    request.count(count);
    found.rows().get(0, request.rows(), 0, count);
    found.occurrences().get(0, request.occurrences(), 0, count);
    if (found.groups() > 1) {
      RegionRows byRegion = request.byRegion(found.groups());
      found.groupStarts().get(0, byRegion.starts());
      found.groupRows().get(0, byRegion.rows(), 0, count);
      found.groupOccurrences().get(0, byRegion.occurrences(), 0, count);
      found.groupNumbers().get(0, byRegion.requestPositions(), 0, count);
      found.places().get(0, byRegion.regionPositions(), 0, count);
    }
  }
}
