package dev.farsight.engine.cache;

import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.attribution.PluginCalls;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Some rows are resident; policies choose which. Regions plan in parallel. Their choices are
 * combined in region order, so a plan is a function of the requests alone.
 *
 * <p>A plan's dirty victims take the next stretch of the out-ring, and its loads take the next
 * stretch of the in-ring. A row that the out-ring still holds is forwarded instead of loaded;
 * {@link Outbox} says for how long.
 */
public final class PartialResidency implements Residency {

  private final RegionLayout layout;
  private final Region[] regions;
  private final int maxRows;
  private final int maxMoves;
  private final Workers workers;
  private final Ring in;
  private final Outbox outbox;

  /** Locations of the rows of all regions; null if each region has its own. */
  private final RowLocations locations;

  /** Request positions of announced rows, by region. Null if there is one region. */
  private final int[][] announcedPositions;

  private final int[] announcedRows;
  private long nextPlan;

  /** Creates the policy of a region. */
  @FunctionalInterface
  public interface Policies {
    /**
     * @param maxNote the largest note that is kept for a row that leaves
     */
    CachePolicy create(int region, int slots, int maxNote);
  }

  // State of the current plan. The tasks below are created once, so planning allocates nothing.
  private RowRequest request;
  private RegionRows byRegion;
  private CachePlan plan;
  private final Workers.Task choose = (r, worker) -> chooseIn(r);
  private final Workers.Task expire = (r, worker) -> expireIn(r);
  private final Workers.Task findForwards = (r, worker) -> findForwardsIn(r);
  private final Workers.Task commit = (r, worker) -> commitIn(r);

  /**
   * @param locations index of row locations for all regions; null for a hash in each region, see
   *     {@link RowIndexes}
   * @param policies creates the policy of each region
   * @param maxRows most rows of a request
   * @param inRing room for rows to load
   * @param outRing room for evicted rows
   * @param forwardWindow how many plans later a row can still be forwarded
   */
  public PartialResidency(
      RegionLayout layout,
      RowIndex locations,
      PluginCalls policyCalls,
      Policies policies,
      int maxRows,
      Ring inRing,
      Ring outRing,
      int forwardWindow,
      Workers workers) {
    this.layout = layout;
    this.maxRows = maxRows;
    this.maxMoves = Math.min(maxRows, layout.slots());
    this.workers = workers;
    this.in = inRing;
    outbox = new Outbox(outRing, forwardWindow);
    int count = layout.parts().size();
    regions = new Region[count];
    this.locations =
        locations == null ? null : new RowLocations(locations, outRing.capacity(), layout.rows());
    int base = 0;
    for (int r = 0; r < count; r++) {
      RegionLayout.Part part = layout.parts().get(r);
      int entries = Math.addExact(part.slots(), outRing.capacity());
      RowLocations regionLocations =
          locations == null
              ? new RowLocations(new RowMap(entries), outRing.capacity(), 0)
              : this.locations;
      regions[r] =
          new Region(
              part.name(),
              base,
              part.slots(),
              regionLocations,
              layout.usualRows(r, maxRows),
              policyCalls,
              policies.create(r, part.slots(), regionLocations.maxNote()));
      base += part.slots();
    }
    announcedPositions = count == 1 ? null : new int[count][];
    for (int r = 0; announcedPositions != null && r < count; r++) {
      announcedPositions[r] = new int[layout.usualRows(r, maxRows)];
    }
    announcedRows = new int[count];
  }

  @Override
  public int slots() {
    return layout.slots();
  }

  @Override
  public int regions() {
    long sharing = layout.parts().stream().filter(part -> part.table() == null).count();
    return (int) Math.max(1, sharing);
  }

  @Override
  public CachePlan newPlan(HostBuffers buffers) {
    int[] regionRows = new int[regions.length];
    for (int r = 0; r < regionRows.length; r++) {
      regionRows[r] = Math.min(layout.usualRows(r, maxRows), regions[r].count());
    }
    return new CachePlan(maxRows, maxMoves, regionRows, buffers);
  }

  @Override
  public int maxNote() {
    return locations == null ? 0 : locations.maxNote();
  }

  @Override
  public long nextPlan() {
    return nextPlan;
  }

  @Override
  public void plan(RowRequest request, CachePlan plan) {
    this.request = request;
    this.plan = plan;
    plan.begin(nextPlan, request.count());
    for (RegionPlan part : plan.regions) {
      part.clear();
    }
    if (regions.length == 1) {
      byRegion = null;
    } else {
      byRegion = request.byRegion(layout);
      plan.regionPositions = byRegion.regionPositions();
    }
    outbox.beginPlan(nextPlan);
    try {
      workers.run(regions.length, choose);
    } catch (TooManyRows e) {
      throw layout.tooSmall(this::rowsOf);
    }
    nextPlan++;
    try {
      reserveOutRows();
      reserveInRows();
      workers.run(regions.length, commit);
    } catch (RuntimeException | Error e) {
      undo(plan);
      throw e;
    }
  }

  private void chooseIn(int r) {
    regions[r].choose(request, byRegion, r, outbox, plan, plan.regions[r]);
  }

  private void expireIn(int r) {
    regions[r].expire(outbox);
  }

  private void findForwardsIn(int r) {
    regions[r].findForwards(plan.regions[r], outbox);
  }

  private void commitIn(int r) {
    regions[r].commit(request, outbox, plan, plan.regions[r]);
  }

  private int rowsOf(int r) {
    return byRegion == null ? request.count() : byRegion.starts()[r + 1] - byRegion.starts()[r];
  }

  /** Makes room in the out-ring for the dirty victims. */
  private void reserveOutRows() {
    int evictions = 0;
    for (RegionPlan part : plan.regions) {
      evictions += part.writeBacks;
    }
    boolean forwardsGivenUp = outbox.reserve(plan.number, evictions);
    plan.shrunk |= outbox.shrunk();
    plan.moves().outFrom(outbox.firstOutRow());
    plan.fetchAfter = outbox.forwardFrom();
    dropExpired();
    outbox.clearSkipped();
    if (forwardsGivenUp) {
      workers.run(regions.length, findForwards);
    }
  }

  private void dropExpired() {
    if (locations == null) {
      workers.run(regions.length, expire);
    }
    outbox.expiredDropped();
  }

  /** Makes room in the in-ring for the loads, and sets each region's stretches of the moves. */
  private void reserveInRows() {
    int evictions = 0;
    int loads = 0;
    int forwards = 0;
    for (int r = 0; r < regions.length; r++) {
      RegionPlan part = plan.regions[r];
      part.begin(evictions, loads, forwards);
      evictions += part.writeBacks;
      loads += part.loads;
      forwards += part.forwards;
      plan.uniqueHits += part.uniqueHits;
      plan.hits += part.hits;
      plan.evicted += regions[r].evictions();
    }
    plan.moves().counts(evictions, loads, forwards);
    plan.moves().inFrom(in.allocate(plan.number, loads));
    plan.shrunk |= in.shrunk();
  }

  @Override
  public void undo(CachePlan plan) {
    for (int r = 0; r < regions.length; r++) {
      regions[r].undo(plan, plan.regions[r]);
    }
    nextPlan = plan.number;
  }

  @Override
  public void announce(long batch, RowRequest request, int[] positions, int count) {
    if (regions.length == 1) {
      regions[0].announce(batch, request, positions, count);
      return;
    }
    Arrays.fill(announcedRows, 0);
    for (int p = 0; p < count; p++) {
      int r = layout.regionOf(request.rows()[positions[p]]);
      if (announcedRows[r] == announcedPositions[r].length) {
        announcedPositions[r] = Arrays.copyOf(announcedPositions[r], 2 * announcedRows[r]);
      }
      announcedPositions[r][announcedRows[r]++] = positions[p];
    }
    for (int r = 0; r < regions.length; r++) {
      regions[r].announce(batch, request, announcedPositions[r], announcedRows[r]);
    }
  }

  /**
   * Looks rows up without planning; a cache of one region only.
   *
   * @param slotOf receives the slot of each of the first {@code count} rows; negative if the row is
   *     not resident
   */
  public void lookUp(long[] rows, int count, int[] slotOf) {
    regions[0].lookUp(rows, count, slotOf);
  }

  /** Whether a slot holds a row whose value the store lacks; a cache of one region only. */
  public boolean dirty(int slot) {
    return regions[0].slots().dirty(slot);
  }

  @Override
  public void drained() {
    in.reset(nextPlan);
    outbox.drained(nextPlan);
    dropExpired();
  }

  @Override
  public int collectResident(int fromSlot, int inRows, CachePlan plan) {
    plan.begin(nextPlan, 0);
    int maxCollected = Math.min(inRows, maxMoves);
    for (Region region : regions) {
      for (int slot = Math.max(0, fromSlot - region.base()); slot < region.residents(); slot++) {
        if (plan.moves().loads() == maxCollected) {
          return region.base() + slot;
        }
        plan.loadRows()[plan.moves().loads()] = region.slots().row(slot);
        plan.moves().load(region.base() + slot);
      }
    }
    return layout.slots();
  }

  @Override
  public void save(DataOutput out) throws IOException {
    out.writeLong(nextPlan);
    for (Region region : regions) {
      region.save(out);
    }
    if (maxNote() > 0) {
      locations.saveNotes(layout.rows(), out);
    }
  }

  @Override
  public void restore(DataInput in) throws IOException {
    nextPlan = in.readLong();
    for (Region region : regions) {
      region.restore(in);
    }
    if (maxNote() > 0) {
      locations.restoreNotes(layout.rows(), in);
    }
    drained();
  }

  @Override
  public int collectDirty(int fromSlot, int outRowsAvailable, CachePlan plan) {
    plan.begin(nextPlan, 0);
    int maxCollected = Math.min(outRowsAvailable, maxMoves);
    for (Region region : regions) {
      SlotStates slots = region.slots();
      for (int slot = Math.max(0, fromSlot - region.base()); slot < slots.count(); slot++) {
        if (slots.dirty(slot)) {
          if (plan.moves().evictions() == maxCollected) {
            return region.base() + slot;
          }
          plan.writeBackRows()[plan.moves().evictions()] = slots.row(slot);
          plan.moves().evict(region.base() + slot);
        }
      }
    }
    return layout.slots();
  }

  @Override
  public void markClean(CachePlan plan) {
    RowMoves moves = plan.moves();
    int e = 0;
    // Rows were collected in the order of their slots, region by region.
    for (Region region : regions) {
      int end = region.base() + region.count();
      for (; e < moves.evictions() && moves.evictSlots().get(e) < end; e++) {
        region.slots().clean(moves.evictSlots().get(e) - region.base());
      }
    }
  }

  @Override
  public void forgetValues() {
    for (Region region : regions) {
      region.slots().cleanAll();
    }
  }

  /**
   * Bytes on the heap, without policies: slots, what each region needs to plan, and the locations
   * of rows.
   */
  public static long heapBytes(RegionLayout layout, int maxRows, int outRows) {
    long bytes = Outbox.heapBytes(outRows) + RowIndexes.locationBytes(layout.rows());
    int regions = layout.regions();
    for (int r = 0; r < regions; r++) {
      int slots = layout.parts().get(r).slots();
      int regionRows = layout.usualRows(r, maxRows);
      bytes += Region.heapBytes(slots, regionRows);
      bytes += regions == 1 ? 0 : (long) Integer.BYTES * regionRows;
      bytes += RowIndexes.direct(layout.rows()) ? 0 : RowMap.heapBytes(slots + outRows);
    }
    return bytes;
  }

  /**
   * The largest note that a row keeps when it leaves.
   *
   * @param rows rows of all tables
   */
  public static int maxNote(long rows, int outRows) {
    return RowLocations.maxNote(RowIndexes.direct(rows), outRows);
  }
}
