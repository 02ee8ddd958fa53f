package dev.farsight.engine.cache;

import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.Pins;
import dev.farsight.api.cache.SlotBatch;
import dev.farsight.api.compute.RowMoves;

/**
 * A range of slots with a policy instance of its own. Planning a request takes four steps; between
 * them, {@link PartialResidency} gives the regions their shares of the rings:
 *
 * <ol>
 *   <li>{@link #choose} looks the rows up and asks the policy for victims; it changes nothing, so
 *       that a request which cannot be planned changes nothing;
 *   <li>{@link #commit} makes the change: victims leave, missing rows come in;
 *   <li>{@link #route} writes down the evictions, and finds where the missing rows come from;
 *   <li>{@link #place} writes down loads and forwards.
 * </ol>
 *
 * <p>Costs O(rows of the request that belong to the region). 12 bytes a slot beside the index and
 * the policy. One thread at a time; regions are independent of each other.
 */
final class Region {

  /** Rows looked up at a time; their entries in the index fit the fastest cache. */
  private static final int BLOCK = 256;

  private final String name;
  private final int base;
  private final CachePolicy policy;
  private final String policyName;

  /**
   * Where rows are that are not in the store alone: a resident row's slot, or the number of slots
   * plus its out-ring row for a row evicted lately, which may be void: {@link Outbox} knows.
   */
  private final RowIndex places;

  private final SlotStates slots;
  private int residents;

  private final Pins pins;
  private final SlotBatch hits;
  private final SlotBatch moved;
  private final int[] blockPlaces = new int[BLOCK];
  private final int[] missing;

  /** Of the missing rows, where they are; by position in {@link #missing}. */
  private final int[] missingPlaces;

  private final int[] victims;
  private int missed;
  private int needed;

  /**
   * @param base slot of the cache at which the region begins
   * @param count how many slots it has
   * @param maxRows most rows of a request that can belong to it
   */
  Region(
      String name,
      int base,
      int count,
      RowIndex places,
      int maxRows,
      String policyName,
      CachePolicy policy) {
    this.name = name;
    this.base = base;
    this.places = places;
    this.policy = policy;
    this.policyName = policyName;
    slots = new SlotStates(count);
    pins = slots::pinned;
    int most = Math.min(count, maxRows);
    hits = new SlotBatch(most);
    moved = new SlotBatch(most);
    missing = new int[maxRows];
    missingPlaces = new int[maxRows];
    victims = new int[most];
  }

  String name() {
    return name;
  }

  int base() {
    return base;
  }

  int count() {
    return slots.count();
  }

  SlotStates slots() {
    return slots;
  }

  CachePolicy policy() {
    return policy;
  }

  int residents() {
    return residents;
  }

  private boolean resident(int place) {
    return place >= 0 && place < slots.count();
  }

  /**
   * Looks up rows of a request and chooses victims for those that are missing.
   *
   * @param members positions in the request that belong to this region, the first {@code count};
   *     null where all do
   * @param slotOf receives the slot of each row that is resident, by position in the request
   */
  void choose(
      long batch, RowRequest request, int[] members, int count, int[] slotOf, RegionPlan plan) {
    plan.clear();
    slots.beginRequest();
    lookUp(batch, request, members, count, slotOf, plan);
    if (hits.count() + missed > slots.count()) {
      throw new TooManyRows(hits.count() + missed);
    }
    needed = Math.max(0, missed - (slots.count() - residents));
    int chosen = 0;
    try {
      if (request.use() == RowRequest.Use.TRAIN) {
        policy.hit(hits);
      } else if (request.use() == RowRequest.Use.EVALUATE) {
        policy.nextUse(hits);
      }
      if (needed > 0) {
        chosen = policy.victims(needed, pins, victims);
      }
    } catch (RuntimeException e) {
      throw failed(batch, e);
    }
    verify(chosen);
  }

  private void lookUp(
      long batch, RowRequest request, int[] members, int count, int[] slotOf, RegionPlan plan) {
    long[] rows = request.rows();
    int[] occurrences = request.occurrences();
    long[] nextUse = request.nextUse();
    boolean updates = request.updates();
    hits.begin(batch, updates);
    int misses = 0;
    long lookups = 0;
    for (int from = 0; from < count; from += BLOCK) {
      int block = Math.min(BLOCK, count - from);
      places.get(rows, members, from, block, blockPlaces);
      for (int i = 0; i < block; i++) {
        int u = members == null ? from + i : members[from + i];
        int place = blockPlaces[i];
        if (resident(place)) {
          slotOf[u] = base + place;
          // Marked dirty before it is sure that the plan is carried out: at worst written back for
          // nothing.
          slots.pin(place, updates);
          lookups += occurrences[u];
          hits.add(place, rows[u], occurrences[u], nextUse[u]);
        } else {
          missing[misses] = u;
          missingPlaces[misses++] = place;
        }
      }
    }
    missed = misses;
    plan.uniqueHits = hits.count();
    plan.hits = lookups;
  }

  /**
   * More rows of one request than slots; the cache turns it into a {@link CacheTooSmallException}.
   */
  static final class TooManyRows extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int rows;

    TooManyRows(int rows) {
      super(null, null, false, false);
      this.rows = rows;
    }
  }

  private void verify(int chosen) {
    if (chosen != needed) {
      throw cheating("named " + chosen + " victims of " + needed + " wanted");
    }
    for (int v = 0; v < chosen; v++) {
      int slot = victims[v];
      if (slot < 0 || slot >= slots.count()) {
        throw cheating("named slot " + slot + " of " + slots.count() + " as a victim");
      }
      if (slots.row(slot) == SlotStates.FREE) {
        throw cheating("named slot " + slot + " as a victim, which holds no row");
      }
      if (slots.pinned(slot)) {
        throw cheating(victim(slot) + ", which the batch being planned uses");
      }
      if (slots.chosen(slot)) {
        throw cheating(victim(slot) + " twice");
      }
      slots.choose(slot);
    }
  }

  private String victim(int slot) {
    return "named slot " + slot + " (row " + slots.row(slot) + ") as a victim";
  }

  private FarsightException cheating(String what) {
    return new FarsightException(
        "cache policy %s is broken: it %s (in %s)".formatted(policyName, what, name));
  }

  /** Carries out what {@link #choose} chose: evicts the victims, gives slots to missing rows. */
  void commit(long batch, RowRequest request, int[] slotOf, RegionPlan plan) {
    plan.committed = true;
    plan.evicted = needed;
    plan.admitted = missed;
    for (int v = 0; v < needed; v++) {
      evict(v, victims[v], plan);
    }
    long[] rows = request.rows();
    boolean updates = request.updates();
    for (int m = 0; m < missed; m++) {
      int slot = m < needed ? victims[m] : residents++;
      int u = missing[m];
      long row = rows[u];
      slots.occupy(slot, row, updates);
      places.set(row, slot);
      slotOf[u] = base + slot;
      plan.admittedSlots[m] = slot;
      plan.admittedRows[m] = row;
    }
    try {
      tell(batch, request, plan);
    } catch (RuntimeException e) {
      throw failed(batch, e);
    }
  }

  private void evict(int v, int slot, RegionPlan plan) {
    long row = slots.row(slot);
    boolean dirty = slots.dirty(slot);
    plan.evictedSlots[v] = slot;
    plan.evictedRows[v] = row;
    plan.evictedDirty[v] = dirty;
    if (dirty) {
      // Its entry in the index stays until it is overwritten by its place in the out-ring.
      plan.dirtyEvicted++;
    } else {
      places.remove(row);
    }
  }

  private void tell(long batch, RowRequest request, RegionPlan plan) {
    if (plan.evicted > 0) {
      moved.begin(batch, request.updates());
      for (int v = 0; v < plan.evicted; v++) {
        moved.add(plan.evictedSlots[v], plan.evictedRows[v], 0, SlotBatch.UNKNOWN);
      }
      policy.evicted(moved);
    }
    if (plan.admitted > 0) {
      boolean learn = request.use() == RowRequest.Use.TRAIN;
      moved.begin(batch, request.updates());
      for (int m = 0; m < plan.admitted; m++) {
        int u = missing[m];
        int occurrences = learn ? request.occurrences()[u] : 0;
        moved.add(plan.admittedSlots[m], plan.admittedRows[m], occurrences, request.nextUse()[u]);
      }
      policy.admit(moved);
    }
  }

  /**
   * Writes down this plan's evictions, and finds where its missing rows come from: the out-ring,
   * where it still holds the row (a forward), or the store.
   *
   * <p>A forwarded row counts as dirty: the store has its value only once the write-back that it
   * was forwarded from is done.
   *
   * @param eviction which of the plan's evictions is the region's first
   */
  void route(RegionPlan plan, Outbox outbox, int eviction, CachePlan into) {
    int forwards = 0;
    for (int m = 0; m < plan.admitted; m++) {
      int outRow = missingPlaces[m] - slots.count();
      if (outRow >= 0 && outbox.holds(outRow, plan.admittedRows[m])) {
        slots.dirty(plan.admittedSlots[m], true);
        plan.forwardedFrom[m] = outRow;
        forwards++;
      } else {
        plan.forwardedFrom[m] = RowIndex.ABSENT;
      }
    }
    plan.forwards = forwards;
    int at = eviction;
    for (int v = 0; v < plan.evicted; v++) {
      if (plan.evictedDirty[v]) {
        long row = plan.evictedRows[v];
        into.writeBackRows()[at] = row;
        into.moves().evictSlots().put(at, base + plan.evictedSlots[v]);
        places.set(row, slots.count() + outbox.put(at++, row));
      }
    }
  }

  /**
   * Writes down this plan's loads and forwards.
   *
   * @param load which of the plan's loads is the region's first
   * @param forward likewise
   */
  void place(RegionPlan plan, int load, int forward, CachePlan into) {
    RowMoves moves = into.moves();
    long[] loadRows = into.loadRows();
    for (int m = 0; m < plan.admitted; m++) {
      int slot = base + plan.admittedSlots[m];
      if (plan.forwardedFrom[m] == RowIndex.ABSENT) {
        loadRows[load] = plan.admittedRows[m];
        moves.loadSlots().put(load++, slot);
      } else {
        moves.forwardRows().put(forward, plan.forwardedFrom[m]);
        moves.forwardSlots().put(forward++, slot);
      }
    }
  }

  /** Forgets where rows lie in the outbox that are no longer to be forwarded. */
  void expire(Outbox outbox) {
    for (long at = outbox.expiredFrom(); at < outbox.expiredTo(); at++) {
      int outRow = outbox.ringRow(at);
      places.expire(outbox.row(outRow), slots.count() + outRow);
    }
  }

  /** A use became known, in batch {@code batch}, of those rows of the request that are resident. */
  void announce(long batch, RowRequest request, int[] members, int count) {
    moved.begin(batch, false);
    for (int from = 0; from < count; from += BLOCK) {
      int block = Math.min(BLOCK, count - from);
      places.get(request.rows(), members, from, block, blockPlaces);
      for (int i = 0; i < block; i++) {
        if (resident(blockPlaces[i])) {
          moved.add(blockPlaces[i], request.rows()[members[from + i]], 0, batch);
        }
      }
    }
    if (moved.count() == 0) {
      return;
    }
    try {
      policy.nextUse(moved);
    } catch (RuntimeException e) {
      throw failed(batch, e);
    }
  }

  /** Takes a committed plan back, which was the last one: its rows leave, its victims return. */
  void undo(RegionPlan plan) {
    for (int m = plan.admitted - 1; m >= 0; m--) {
      places.remove(plan.admittedRows[m]);
      slots.free(plan.admittedSlots[m]);
      if (m >= plan.evicted) {
        residents--;
      }
    }
    for (int v = 0; v < plan.evicted; v++) {
      int slot = plan.evictedSlots[v];
      slots.restore(slot, plan.evictedRows[v], plan.evictedDirty[v]);
      places.set(plan.evictedRows[v], slot);
    }
    plan.clear();
  }

  private FarsightException failed(long batch, RuntimeException e) {
    return new FarsightException(
        "cache policy %s failed at batch %d: %s".formatted(policyName, batch, e), e);
  }
}
