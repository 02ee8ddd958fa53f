package dev.farsight.engine.plan;

import dev.farsight.api.compute.FoundRows;
import dev.farsight.api.compute.RowFinder;
import dev.farsight.api.data.Batch;
import dev.farsight.api.table.RowGroups;
import dev.farsight.engine.cache.RegionRows;
import dev.farsight.engine.cache.RowRequest;

/**
 * Lets the device find unique rows, and copies its results to the host: a few bulk copies of
 * O(unique rows) bytes each. Allocates nothing after construction.
 */
public final class DeviceDeduper implements UniqueRowSearch {

  private final RowFinder finder;
  private final RowGroups groups;
  private final int maxUniqueRows;

  /**
   * @param finder sorts rows by {@code groups}, which are the cache's regions
   * @param maxUniqueRows most unique rows that a batch can have
   */
  public DeviceDeduper(RowFinder finder, RowGroups groups, int maxUniqueRows) {
    this.finder = finder;
    this.groups = groups;
    this.maxUniqueRows = maxUniqueRows;
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
    FoundRows deviceRows = rows.deviceRows();
    int count = deviceRows.count();
    deviceRows.tableStarts().get(0, rows.tableStarts());
    RowRequest request = rows.request();
    request.begin(use, updates);
    request.count(count);
    deviceRows.rows().get(0, request.rows(), 0, count);
    deviceRows.occurrences().get(0, request.occurrences(), 0, count);
    if (deviceRows.groups() > 1) {
      RegionRows byRegion = request.byRegion(deviceRows.groups());
      deviceRows.groupStarts().get(0, byRegion.starts());
      deviceRows.groupRows().get(0, byRegion.rows(), 0, count);
      deviceRows.groupOccurrences().get(0, byRegion.occurrences(), 0, count);
      deviceRows.groupNumbers().get(0, byRegion.requestPositions(), 0, count);
      deviceRows.groupPositions().get(0, byRegion.regionPositions(), 0, count);
    }
  }
}
