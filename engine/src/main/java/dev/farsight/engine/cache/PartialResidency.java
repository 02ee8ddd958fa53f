package dev.farsight.engine.cache;

import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.memory.HostBuffers;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Some rows are resident; policies choose which. Regions plan in parallel; what they chose is put
 * together in region order, so a plan is a function of the requests alone.
 *
 * <p>A plan's dirty victims take the next stretch of the out-ring, the rows it loads the next of
 * the in-ring. A row that the out-ring still holds is forwarded instead of loaded. The out-ring is
 * kept for as long as {@code forwardWindow} later plans; a plan that has no room otherwise gives up
 * the oldest early, so their rows are read from the store, after their write-back.
 */
public final class PartialResidency implements Residency {

  private final RegionLayout layout;
  private final Region[] regions;
  private final int maxRows;
  private final int maxMoves;
  private final Workers workers;
  private final Ring in;
  private final Ring out;
  private final int forwardWindow;

  /** Row ids by out-ring row. */
  private final long[] outRows;

  /**
   * Where each region's victims of a plan lie in the out-ring, by plan modulo length, then region.
   */
  private final int[][] outFrom;

  private final int[][] outCount;
  private final int[][] members;
  private final int[] memberCount;
  private long forwardFrom;
  private long nextPlan;

  /** Makes the policy of a region. */
  @FunctionalInterface
  public interface Policies {
    CachePolicy create(int region, int slots);
  }

  // Of the plan being made, for the tasks below, which are made once so that planning allocates
  // nothing.
  private RowRequest request;
  private CachePlan plan;
  private long expireFrom;
  private long expireTo;
  private final Workers.Task choose = (r, worker) -> chooseIn(r);
  private final Workers.Task commit = (r, worker) -> commitIn(r);
  private final Workers.Task expire = (r, worker) -> expireIn(r);
  private final Workers.Task route = (r, worker) -> routeIn(r);

  /**
   * @param policies makes the policy of each region
   * @param maxRows most rows that a request can have
   * @param inRing room for rows to load
   * @param outRing room for rows evicted
   * @param forwardWindow how many plans later a row may still be forwarded
   */
  public PartialResidency(
      RegionLayout layout,
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
    this.out = outRing;
    this.forwardWindow = forwardWindow;
    int count = layout.parts().size();
    regions = new Region[count];
    int base = 0;
    for (int r = 0; r < count; r++) {
      RegionLayout.Part part = layout.parts().get(r);
      regions[r] =
          new Region(
              part.name(),
              base,
              part.slots(),
              layout.indexedRows(),
              outRing.capacity(),
              maxRows,
              policyName,
              policies.create(r, part.slots()));
      base += part.slots();
    }
    outRows = new long[outRing.capacity()];
    outFrom = new int[forwardWindow + 2][count];
    outCount = new int[forwardWindow + 2][count];
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
      regionRows[r] = Math.min(maxMoves, regions[r].slots());
    }
    return new CachePlan(maxRows, maxMoves, regionRows, buffers);
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
    partition(request);
    try {
      workers.run(regions.length, choose);
    } catch (Region.TooManyRows e) {
      throw tooSmall(e);
    }
    nextPlan++;
    try {
      workers.run(regions.length, commit);
      placeVictims();
      // All of them, before any region writes its victims' ids over those of an expired plan.
      workers.run(regions.length, expire);
      workers.run(regions.length, route);
      placeLoads();
    } catch (RuntimeException | Error e) {
      undo(plan);
      throw e;
    }
  }

  private void partition(RowRequest request) {
    if (regions.length == 1) {
      memberCount[0] = request.count();
      return;
    }
    java.util.Arrays.fill(memberCount, 0);
    long[] rows = request.rows();
    for (int u = 0; u < request.count(); u++) {
      int r = layout.regionOf(rows[u]);
      members[r][memberCount[r]++] = u;
    }
  }

  private int[] membersOf(int r) {
    return members == null ? null : members[r];
  }

  private void chooseIn(int r) {
    regions[r].choose(
        plan.number, request, membersOf(r), memberCount[r], plan.slots(), plan.regions[r]);
  }

  private void commitIn(int r) {
    regions[r].commit(plan.number, request, plan.slots(), plan.regions[r]);
  }

  private CacheTooSmallException tooSmall(Region.TooManyRows first) {
    Region tightest = null;
    double worst = 0;
    for (int r = 0; r < regions.length; r++) {
      double load = (double) memberCount[r] / regions[r].slots();
      if (load > worst) {
        worst = load;
        tightest = regions[r];
      }
    }
    long needed = regions.length == 1 ? first.rows : (long) Math.ceil(worst * layout.slots());
    return new CacheTooSmallException(
        plan.number,
        tightest.name(),
        (int) Math.round(worst * tightest.slots()),
        tightest.slots(),
        needed);
  }

  /**
   * Gives the dirty victims their place in the out-ring, and ends forwards from what they
   * overwrite.
   */
  private void placeVictims() {
    int victims = 0;
    for (RegionPlan part : plan.regions) {
      victims += part.dirtyEvicted;
    }
    int from = out.allocate(plan.number, victims);
    plan.shrunk |= out.shrunk();
    plan.moves().outFrom(from);
    int slot = (int) (plan.number % outFrom.length);
    for (int r = 0; r < regions.length; r++) {
      outFrom[slot][r] = from;
      outCount[slot][r] = plan.regions[r].dirtyEvicted;
      from += plan.regions[r].dirtyEvicted;
    }
    expireFrom = forwardFrom;
    expireTo = Math.max(forwardFrom, Math.max(out.heldFrom(), plan.number - forwardWindow));
    forwardFrom = expireTo;
    plan.fetchAfter = forwardFrom;
  }

  private void expireIn(int r) {
    for (long expired = expireFrom; expired < expireTo; expired++) {
      int slot = (int) (expired % outFrom.length);
      regions[r].expire(outRows, outFrom[slot][r], outCount[slot][r]);
    }
  }

  private void routeIn(int r) {
    regions[r].route(plan.regions[r], outFrom[(int) (plan.number % outFrom.length)][r], outRows);
  }

  /**
   * Puts the regions' moves together, in region order, and gives the loads their place in the
   * in-ring.
   */
  private void placeLoads() {
    RowMoves moves = plan.moves();
    for (int r = 0; r < regions.length; r++) {
      RegionPlan part = plan.regions[r];
      int base = regions[r].base();
      plan.uniqueHits += part.uniqueHits;
      plan.hits += part.hits;
      plan.evicted += part.evicted;
      for (int v = 0; v < part.evicted; v++) {
        if (part.evictedDirty[v]) {
          plan.writeBackRows()[moves.evictions()] = part.evictedRows[v];
          moves.evict(base + part.evictedSlots[v]);
        }
      }
      for (int m = 0; m < part.admitted; m++) {
        int slot = base + part.admittedSlots[m];
        if (part.forwardedFrom[m] == RowMap.ABSENT) {
          plan.loadRows()[moves.loads()] = part.admittedRows[m];
          moves.load(slot);
        } else {
          moves.forward(part.forwardedFrom[m], slot);
        }
      }
    }
    moves.inFrom(in.allocate(plan.number, moves.loads()));
    plan.shrunk |= in.shrunk();
  }

  @Override
  public void undo(CachePlan plan) {
    for (int r = 0; r < regions.length; r++) {
      if (plan.regions[r].committed) {
        regions[r].undo(plan.regions[r]);
      }
    }
    nextPlan = plan.number;
  }

  @Override
  public void announce(long batch, RowRequest request, int[] positions, int count) {
    if (regions.length == 1) {
      regions[0].announce(batch, request, positions, count);
      return;
    }
    java.util.Arrays.fill(memberCount, 0);
    for (int p = 0; p < count; p++) {
      int r = layout.regionOf(request.rows()[positions[p]]);
      members[r][memberCount[r]++] = positions[p];
    }
    for (int r = 0; r < regions.length; r++) {
      regions[r].announce(batch, request, members[r], memberCount[r]);
    }
  }

  @Override
  public void drained() {
    in.reset(nextPlan);
    out.reset(nextPlan);
    expireFrom = forwardFrom;
    expireTo = nextPlan;
    forwardFrom = nextPlan;
    workers.run(regions.length, expire);
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
        plan.loadRows()[plan.moves().loads()] = region.rowIn(slot);
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
  }

  @Override
  public void restore(DataInput in) throws IOException {
    nextPlan = in.readLong();
    forwardFrom = nextPlan;
    for (Region region : regions) {
      region.restore(in);
    }
    drained();
  }

  @Override
  public int collectDirty(int fromSlot, int outRowsAvailable, CachePlan plan) {
    plan.begin(nextPlan, 0);
    int most = Math.min(outRowsAvailable, maxMoves);
    for (Region region : regions) {
      int from = Math.max(0, fromSlot - region.base());
      for (int slot = from; slot < region.slots(); slot++) {
        if (region.dirty(slot)) {
          if (plan.moves().evictions() == most) {
            return region.base() + slot;
          }
          plan.writeBackRows()[plan.moves().evictions()] = region.rowIn(slot);
          plan.moves().evict(region.base() + slot);
          region.clean(slot);
        }
      }
    }
    return layout.slots();
  }
}
