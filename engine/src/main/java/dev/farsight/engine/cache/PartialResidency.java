package dev.farsight.engine.cache;

import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.memory.HostBuffers;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Some rows are resident; policies choose which. Regions plan in parallel; what they chose is put
 * together in region order, so a plan is a function of the requests alone.
 *
 * <p>A plan's dirty victims take the next stretch of the out-ring, the rows it loads the next of
 * the in-ring. A row that the out-ring still holds is forwarded instead of loaded; {@link Outbox}
 * says for how long.
 */
public final class PartialResidency implements Residency {

  private final RegionLayout layout;
  private final Region[] regions;
  private final int maxRows;
  private final int maxMoves;
  private final Workers workers;
  private final Ring in;
  private final Outbox outbox;

  /** Of the rows of all regions; null where each region has its own. */
  private final RowPlaces places;

  /** Of rows announced, by region: their positions. Null for a single region. */
  private final int[][] members;

  private final int[] memberCount;
  private long nextPlan;

  /** Makes the policy of a region. */
  @FunctionalInterface
  public interface Policies {
    /**
     * @param mostNote the largest note that is kept of a row that leaves
     */
    CachePolicy create(int region, int slots, int mostNote);
  }

  // Of the plan being made, for the tasks below, which are made once so that planning allocates
  // nothing.
  private RowRequest request;
  private RegionRows byRegion;
  private CachePlan plan;
  private final Workers.Task choose = (r, worker) -> chooseIn(r);
  private final Workers.Task expire = (r, worker) -> expireIn(r);
  private final Workers.Task find = (r, worker) -> findIn(r);
  private final Workers.Task commit = (r, worker) -> commitIn(r);

  /**
   * @param places where rows are, for all regions; null for a hash each, see {@link RowIndexes}
   * @param policies makes the policy of each region
   * @param maxRows most rows that a request can have
   * @param inRing room for rows to load
   * @param outRing room for rows evicted
   * @param forwardWindow how many plans later a row may still be forwarded
   */
  public PartialResidency(
      RegionLayout layout,
      RowIndex places,
      String policyName,
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
    this.places = places == null ? null : new RowPlaces(places, outRing.capacity());
    int base = 0;
    for (int r = 0; r < count; r++) {
      RegionLayout.Part part = layout.parts().get(r);
      int entries = Math.addExact(part.slots(), outRing.capacity());
      RowPlaces own =
          places == null ? new RowPlaces(new RowMap(entries), outRing.capacity()) : this.places;
      regions[r] =
          new Region(
              part.name(),
              base,
              part.slots(),
              own,
              maxRows,
              policyName,
              policies.create(r, part.slots(), own.mostNote()));
      base += part.slots();
    }
    members = count == 1 ? null : new int[count][maxRows];
    memberCount = new int[count];
  }

  @Override
  public int slots() {
    return layout.slots();
  }

  @Override
  public CachePlan newPlan(HostBuffers buffers) {
    int[] regionRows = new int[regions.length];
    for (int r = 0; r < regionRows.length; r++) {
      regionRows[r] = Math.min(maxMoves, regions[r].count());
    }
    return new CachePlan(maxRows, maxMoves, regionRows, buffers);
  }

  @Override
  public int mostNote() {
    return places == null ? 0 : places.mostNote();
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
      plan.places = byRegion.places();
    }
    outbox.open(nextPlan);
    try {
      workers.run(regions.length, choose);
    } catch (Region.TooManyRows e) {
      throw tooSmall(e);
    }
    nextPlan++;
    try {
      placeVictims();
      placeLoads();
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

  private void findIn(int r) {
    regions[r].find(plan.regions[r], outbox);
  }

  private void commitIn(int r) {
    regions[r].commit(request, outbox, plan, plan.regions[r]);
  }

  private CacheTooSmallException tooSmall(Region.TooManyRows first) {
    int tightest = 0;
    double worst = 0;
    for (int r = 0; r < regions.length; r++) {
      double load = (double) rowsOf(r) / regions[r].count();
      if (load > worst) {
        worst = load;
        tightest = r;
      }
    }
    RegionLayout.Part part = layout.parts().get(tightest);
    long needed = regions.length == 1 ? first.rows : layout.slotsFor(tightest, worst);
    return new CacheTooSmallException(
        plan.number, part.name(), rowsOf(tightest), part.slots(), part.sizeKey(), needed);
  }

  private int rowsOf(int r) {
    return byRegion == null ? request.count() : byRegion.starts()[r + 1] - byRegion.starts()[r];
  }

  /** Makes room in the out-ring for the dirty victims. */
  private void placeVictims() {
    int evictions = 0;
    for (RegionPlan part : plan.regions) {
      evictions += part.writeBacks;
    }
    boolean lost = outbox.begin(plan.number, evictions);
    plan.shrunk |= outbox.shrunk();
    plan.moves().outFrom(outbox.from());
    plan.fetchAfter = outbox.forwardFrom();
    forgetExpired();
    outbox.blankSkipped();
    if (lost) {
      workers.run(regions.length, find);
    }
  }

  private void forgetExpired() {
    if (places == null) {
      workers.run(regions.length, expire);
    }
    outbox.forgotten();
  }

  /** Makes room in the in-ring for the rows to load, and tells the regions where theirs go. */
  private void placeLoads() {
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
      plan.evicted += regions[r].evicting();
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
    Arrays.fill(memberCount, 0);
    for (int p = 0; p < count; p++) {
      int r = layout.regionOf(request.rows()[positions[p]]);
      members[r][memberCount[r]++] = positions[p];
    }
    for (int r = 0; r < regions.length; r++) {
      regions[r].announce(batch, request, members[r], memberCount[r]);
    }
  }

  /**
   * Looks rows up without planning for them; a cache of one region only.
   *
   * @param slotOf receives the slot of each of the first {@code count} rows, negative where it is
   *     not resident
   */
  public void find(long[] rows, int count, int[] slotOf) {
    regions[0].find(rows, count, slotOf);
  }

  /** Whether a slot holds a row that the store does not have; a cache of one region only. */
  public boolean dirty(int slot) {
    return regions[0].slots().dirty(slot);
  }

  @Override
  public void drained() {
    in.reset(nextPlan);
    outbox.drained(nextPlan);
    forgetExpired();
  }

  @Override
  public int collectResident(int fromSlot, int inRows, CachePlan plan) {
    plan.begin(nextPlan, 0);
    int most = Math.min(inRows, maxMoves);
    for (Region region : regions) {
      for (int slot = Math.max(0, fromSlot - region.base()); slot < region.residents(); slot++) {
        if (plan.moves().loads() == most) {
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
    if (mostNote() > 0) {
      places.saveNotes(layout.rows(), out);
    }
  }

  @Override
  public void restore(DataInput in) throws IOException {
    nextPlan = in.readLong();
    for (Region region : regions) {
      region.restore(in);
    }
    if (mostNote() > 0) {
      places.restoreNotes(layout.rows(), in);
    }
    drained();
  }

  @Override
  public int collectDirty(int fromSlot, int outRowsAvailable, CachePlan plan) {
    plan.begin(nextPlan, 0);
    int most = Math.min(outRowsAvailable, maxMoves);
    for (Region region : regions) {
      SlotStates slots = region.slots();
      for (int slot = Math.max(0, fromSlot - region.base()); slot < slots.count(); slot++) {
        if (slots.dirty(slot)) {
          if (plan.moves().evictions() == most) {
            return region.base() + slot;
          }
          plan.writeBackRows()[plan.moves().evictions()] = slots.row(slot);
          plan.moves().evict(region.base() + slot);
          slots.clean(slot);
        }
      }
    }
    return layout.slots();
  }
}
