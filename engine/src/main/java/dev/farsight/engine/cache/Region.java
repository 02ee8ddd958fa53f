package dev.farsight.engine.cache;

import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.Pins;
import dev.farsight.api.cache.SlotBatch;
import dev.farsight.api.compute.RowMoves;
import java.nio.IntBuffer;

/**
 * A range of slots with a policy instance of its own. Planning a request takes three steps; between
 * them, {@link PartialResidency} gives the regions their shares of the rings:
 *
 * <ol>
 *   <li>{@link #choose} looks the rows up and asks the policy for victims;
 *   <li>{@link #find} sees where the missing rows can come from;
 *   <li>{@link #commit} makes the change: victims leave, missing rows come in. Up to here nothing
 *       has changed, so that a request which cannot be planned changes nothing.
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
  private final SlotBatch left;
  private final SlotBatch came;
  private final int[] blockPlaces = new int[BLOCK];
  private final long[] blockRows = new long[BLOCK];
  private final int[] missing;

  /** Of the missing rows, where they are; by position in {@link #missing}. */
  private final int[] missingPlaces;

  private final int[] victims;
  private int missed;
  private int needed;

  // Where the plan's next eviction, load and forward go.
  private int eviction;
  private int load;
  private int forward;

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
    left = new SlotBatch(most);
    came = new SlotBatch(most);
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

  /** How many rows the plan under way evicts. */
  int evicting() {
    return needed;
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
    plan.writeBacks = verify(chosen);
  }

  private void lookUp(
      long batch, RowRequest request, int[] members, int count, int[] slotOf, RegionPlan plan) {
    long[] rows = request.rows();
    int[] occurrences = request.occurrences();
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
          hits.add(place, rows[u], occurrences[u], request.nextUse(u));
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

  /** Stops a policy that answers wrongly; counts the dirty victims. */
  private int verify(int chosen) {
    if (chosen != needed) {
      throw cheating("named " + chosen + " victims of " + needed + " wanted");
    }
    int dirty = 0;
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
      dirty += slots.dirty(slot) ? 1 : 0;
    }
    return dirty;
  }

  private String victim(int slot) {
    return "named slot " + slot + " (row " + slots.row(slot) + ") as a victim";
  }

  private FarsightException cheating(String what) {
    return new FarsightException(
        "cache policy %s is broken: it %s (in %s)".formatted(policyName, what, name));
  }

  /** Sees which missing rows can be forwarded; the others have to be loaded. */
  void find(RegionPlan plan, Outbox outbox, RowRequest request) {
    long[] rows = request.rows();
    int forwards = 0;
    for (int m = 0; m < missed; m++) {
      int outRow = missingPlaces[m] - slots.count();
      boolean forward = outRow >= 0 && outbox.holds(outRow, rows[missing[m]]);
      missingPlaces[m] = forward ? outRow : RowIndex.ABSENT;
      forwards += forward ? 1 : 0;
    }
    plan.forwards = forwards;
    plan.loads = missed - forwards;
  }

  /**
   * Carries out what {@link #choose} and {@link #find} found, and writes it down: evictions, loads
   * and forwards where the region's begin.
   */
  void commit(RowRequest request, Outbox outbox, RegionPlan plan, CachePlan into) {
    left.begin(into.number(), request.updates());
    came.begin(into.number(), request.updates());
    eviction = plan.firstEviction;
    load = plan.firstLoad;
    forward = plan.firstForward;
    for (int from = 0; from < missed; from += BLOCK) {
      int to = Math.min(missed, from + BLOCK);
      int victimsTo = Math.max(from, Math.min(needed, to));
      touch(request.rows(), from, to, victimsTo);
      evict(from, victimsTo, outbox, plan, into);
      admit(from, to, request, into);
    }
    plan.evicted = needed;
    plan.admitted = missed;
    try {
      if (needed > 0) {
        policy.evicted(left);
      }
      if (missed > 0) {
        policy.admit(came);
      }
    } catch (RuntimeException e) {
      throw failed(into.number(), e);
    }
  }

  /**
   * Reads what is about to be written: reads of scattered memory wait side by side, where writes
   * queue up.
   */
  private void touch(long[] rows, int from, int to, int victimsTo) {
    for (int v = from; v < victimsTo; v++) {
      blockRows[v - from] = slots.row(victims[v]);
    }
    places.get(blockRows, null, 0, victimsTo - from, blockPlaces);
    places.get(rows, missing, from, to - from, blockPlaces);
  }

  private void evict(int from, int to, Outbox outbox, RegionPlan plan, CachePlan into) {
    IntBuffer evictSlots = into.moves().evictSlots();
    long[] writeBackRows = into.writeBackRows();
    for (int v = from; v < to; v++) {
      int slot = victims[v];
      long row = blockRows[v - from];
      if (slots.dirty(slot)) {
        writeBackRows[eviction] = row;
        evictSlots.put(eviction, base + slot);
        places.set(row, slots.count() + outbox.put(eviction++, row));
      } else {
        plan.cleanSlots[plan.clean] = slot;
        plan.cleanRows[plan.clean++] = row;
        places.remove(row);
      }
      left.add(slot, row, 0);
    }
  }

  /**
   * A forwarded row counts as dirty: the store has its value only once the write-back that it is
   * forwarded from is done.
   */
  private void admit(int from, int to, RowRequest request, CachePlan into) {
    boolean updates = request.updates();
    boolean learn = request.use() == RowRequest.Use.TRAIN;
    long[] rows = request.rows();
    int[] occurrences = request.occurrences();
    long[] loadRows = into.loadRows();
    int[] slotOf = into.slots();
    RowMoves moves = into.moves();
    for (int m = from; m < to; m++) {
      int slot = m < needed ? victims[m] : residents++;
      int u = missing[m];
      long row = rows[u];
      int outRow = missingPlaces[m];
      if (outRow == RowIndex.ABSENT) {
        loadRows[load] = row;
        moves.loadSlots().put(load++, base + slot);
      } else {
        moves.forwardRows().put(forward, outRow);
        moves.forwardSlots().put(forward++, base + slot);
      }
      slots.occupy(slot, row, updates || outRow != RowIndex.ABSENT);
      places.set(row, slot);
      slotOf[u] = base + slot;
      came.add(slot, row, learn ? occurrences[u] : 0, request.nextUse(u));
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
    came.begin(batch, false);
    for (int from = 0; from < count; from += BLOCK) {
      int block = Math.min(BLOCK, count - from);
      places.get(request.rows(), members, from, block, blockPlaces);
      for (int i = 0; i < block; i++) {
        if (resident(blockPlaces[i])) {
          came.add(blockPlaces[i], request.rows()[members[from + i]], 0, batch);
        }
      }
    }
    if (came.count() == 0) {
      return;
    }
    try {
      policy.nextUse(came);
    } catch (RuntimeException e) {
      throw failed(batch, e);
    }
  }

  /**
   * Takes a plan back, which was the last one, as far as it was carried out: its rows leave, its
   * victims return.
   */
  void undo(RegionPlan plan, CachePlan of) {
    if (plan.admitted > 0) {
      leave(of.moves().loadSlots(), plan.firstLoad, plan.loads);
      leave(of.moves().forwardSlots(), plan.firstForward, plan.forwards);
      residents -= plan.admitted - plan.evicted;
    }
    if (plan.evicted > 0) {
      for (int e = plan.firstEviction; e < plan.firstEviction + plan.writeBacks; e++) {
        int slot = of.moves().evictSlots().get(e) - base;
        comeBack(slot, of.writeBackRows()[e], true);
      }
      for (int c = 0; c < plan.clean; c++) {
        comeBack(plan.cleanSlots[c], plan.cleanRows[c], false);
      }
    }
    plan.clear();
  }

  private void leave(IntBuffer filled, int from, int count) {
    for (int i = from; i < from + count; i++) {
      int slot = filled.get(i) - base;
      places.remove(slots.row(slot));
      slots.free(slot);
    }
  }

  private void comeBack(int slot, long row, boolean dirty) {
    slots.restore(slot, row, dirty);
    places.set(row, slot);
  }

  private FarsightException failed(long batch, RuntimeException e) {
    return new FarsightException(
        "cache policy %s failed at batch %d: %s".formatted(policyName, batch, e), e);
  }
}
