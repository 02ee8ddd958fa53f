package dev.farsight.engine.cache;

import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.Pins;
import dev.farsight.api.cache.SlotBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A range of slots with a resident map and a policy instance of its own. Planning a request takes
 * two steps, so that a request which cannot be planned changes nothing:
 *
 * <ol>
 *   <li>{@link #choose} looks the rows up and asks the policy for victims;
 *   <li>{@link #commit} makes the change: victims leave, missing rows come in.
 * </ol>
 *
 * <p>Costs O(rows of the request that belong to the region). Index memory is O(slots), and O(rows
 * of all tables) where these are not too many ({@link RowIndex#of}). One thread at a time; regions
 * are independent of each other.
 */
final class Region {

  private static final long FREE = -1;
  private static final long DIRTY = 1;
  private static final long CHOSEN = 2;

  /** From one request's number to the next, above the bits of a mark. */
  private static final long NEXT = 4;

  /** Rows whose entries in a map are touched at a time; they fit the fastest cache. */
  private static final int BLOCK = 256;

  private final String name;
  private final int base;
  private final int slots;
  private final CachePolicy policy;
  private final String policyName;

  /**
   * Where rows are that are not in the store alone: a resident row's slot, or {@code slots} plus
   * its out-ring row for a row evicted lately that can still be forwarded.
   */
  private final RowIndex places;

  /**
   * Two longs a slot, side by side because they are used together: the row in it, or {@link #FREE};
   * and its mark, which is the number of the last request that pinned it or chose it as a victim, a
   * bit for the latter, and a bit for whether the store lacks the row's value.
   */
  private final long[] state;

  /** Number of the request being planned, where marks have it. */
  private long stamp;

  private int residents;

  private final Pins pins = this::pinned;
  private final SlotBatch hits;
  private final SlotBatch moved;
  private final int[] missing;

  /** Of the missing rows, where they are; by position in {@link #missing}. */
  private final int[] missingPlaces;

  private final int[] victims;
  private int missed;
  private int needed;

  /**
   * @param base slot of the cache at which the region begins
   * @param slots how many it has
   * @param rows rows of all tables
   * @param outRows rows of the out-ring
   * @param maxRows most rows of a request that can belong to it
   */
  Region(
      String name,
      int base,
      int slots,
      long rows,
      int outRows,
      int maxRows,
      String policyName,
      CachePolicy policy) {
    this.name = name;
    this.base = base;
    this.slots = slots;
    this.policy = policy;
    this.policyName = policyName;
    int most = Math.min(slots, maxRows);
    places = RowIndex.of(rows, Math.addExact(slots, outRows));
    state = new long[Math.multiplyExact(2, slots)];
    for (int slot = 0; slot < slots; slot++) {
      state[2 * slot] = FREE;
    }
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

  int slots() {
    return slots;
  }

  CachePolicy policy() {
    return policy;
  }

  private boolean resident(int place) {
    return place >= 0 && place < slots;
  }

  private boolean pinned(int slot) {
    return (state[2 * slot + 1] & ~DIRTY) == stamp;
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
    stamp += NEXT;
    long mark = request.updates() ? stamp | DIRTY : stamp;
    long[] rows = request.rows();
    int[] occurrences = request.occurrences();
    long[] nextUse = request.nextUse();
    hits.begin(batch, request.updates());
    missed = 0;
    int found = 0;
    long lookups = 0;
    for (int m = 0; m < count; m++) {
      if (m % BLOCK == 0) {
        places.touch(rows, members, m, Math.min(m + BLOCK, count));
      }
      int u = members == null ? m : members[m];
      int place = places.get(rows[u]);
      if (resident(place)) {
        found++;
        slotOf[u] = base + place;
        // Marked dirty before it is sure that the plan is carried out: at worst written back for
        // nothing.
        state[2 * place + 1] = mark | (state[2 * place + 1] & DIRTY);
        lookups += occurrences[u];
        hits.add(place, rows[u], occurrences[u], nextUse[u]);
      } else {
        missing[missed] = u;
        missingPlaces[missed++] = place;
      }
    }
    if (found + missed > slots) {
      throw new TooManyRows(found + missed);
    }
    plan.uniqueHits = found;
    plan.hits = lookups;
    needed = Math.max(0, missed - (slots - residents));
    int chosen = 0;
    try {
      if (request.use() == RowRequest.Use.TRAIN) {
        policy.hit(hits);
      }
      if (needed > 0) {
        chosen = policy.victims(needed, pins, victims);
      }
    } catch (RuntimeException e) {
      throw failed(batch, e);
    }
    verify(chosen);
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
      if (slot < 0 || slot >= slots) {
        throw cheating("named slot " + slot + " of " + slots + " as a victim");
      }
      long mark = state[2 * slot + 1];
      if (state[2 * slot] == FREE) {
        throw cheating("named slot " + slot + " as a victim, which holds no row");
      }
      if ((mark & ~DIRTY) == stamp) {
        throw cheating(victim(slot) + ", which the batch being planned uses");
      }
      if ((mark & ~DIRTY) == (stamp | CHOSEN)) {
        throw cheating(victim(slot) + " twice");
      }
      state[2 * slot + 1] = stamp | CHOSEN | (mark & DIRTY);
    }
  }

  private String victim(int slot) {
    return "named slot " + slot + " (row " + state[2 * slot] + ") as a victim";
  }

  private FarsightException cheating(String what) {
    return new FarsightException(
        "cache policy %s is broken: it %s (in %s)".formatted(policyName, what, name));
  }

  /**
   * Carries out what {@link #choose} chose: evicts the victims and gives slots to the missing rows.
   * Where the rows come from is decided in {@link #route}.
   */
  void commit(long batch, RowRequest request, int[] slotOf, RegionPlan plan) {
    plan.committed = true;
    plan.evicted = needed;
    plan.admitted = missed;
    long mark = request.updates() ? stamp | DIRTY : stamp;
    for (int m = 0; m < missed; m++) {
      if (m % BLOCK == 0) {
        places.touch(request.rows(), missing, m, Math.min(m + BLOCK, missed));
      }
      int slot = m < needed ? victims[m] : residents++;
      if (m < needed) {
        evict(m, slot, plan);
      }
      int u = missing[m];
      long row = request.rows()[u];
      state[2 * slot] = row;
      state[2 * slot + 1] = mark;
      places.put(row, slot);
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
    long row = state[2 * slot];
    boolean dirty = (state[2 * slot + 1] & DIRTY) != 0;
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
   * Decides where admitted rows come from: the out-ring, where it still holds the row (a forward),
   * or the store. Then remembers where this plan's dirty victims will be in the out-ring.
   *
   * <p>A forwarded row counts as dirty: the store has its value only once the write-back that it
   * was forwarded from is done.
   *
   * @param outFrom out-ring row of the region's first dirty victim
   * @param outRows receives the row ids by out-ring row
   */
  void route(RegionPlan plan, int outFrom, long[] outRows) {
    for (int m = 0; m < plan.admitted; m++) {
      int outRow = missingPlaces[m] - slots;
      // The out-ring row may have been given up for this very plan.
      boolean forward = outRow >= 0 && outRows[outRow] == plan.admittedRows[m];
      plan.forwardedFrom[m] = forward ? outRow : RowIndex.ABSENT;
      if (forward) {
        state[2 * plan.admittedSlots[m] + 1] |= DIRTY;
      }
    }
    int outRow = outFrom;
    for (int v = 0; v < plan.evicted; v++) {
      if (v % BLOCK == 0) {
        places.touch(plan.evictedRows, null, v, Math.min(v + BLOCK, plan.evicted));
      }
      if (plan.evictedDirty[v]) {
        outRows[outRow] = plan.evictedRows[v];
        places.put(plan.evictedRows[v], slots + outRow++);
      }
    }
  }

  /** The out-ring rows [outFrom, outFrom + count) are no longer to be forwarded. */
  void expire(long[] outRows, int outFrom, int count) {
    int end = outFrom + count;
    for (int r = outFrom; r < end; r++) {
      if ((r - outFrom) % BLOCK == 0) {
        places.touch(outRows, null, r, Math.min(r + BLOCK, end));
      }
      places.remove(outRows[r], slots + r);
      outRows[r] = FREE;
    }
  }

  /** A use became known, in batch {@code batch}, of those rows of the request that are resident. */
  void announce(long batch, RowRequest request, int[] members, int count) {
    moved.begin(batch, false);
    for (int m = 0; m < count; m++) {
      long row = request.rows()[members[m]];
      int place = places.get(row);
      if (resident(place)) {
        moved.add(place, row, 0, batch);
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
      state[2 * plan.admittedSlots[m]] = FREE;
      if (m >= plan.evicted) {
        residents--;
      }
    }
    for (int v = 0; v < plan.evicted; v++) {
      int slot = plan.evictedSlots[v];
      state[2 * slot] = plan.evictedRows[v];
      state[2 * slot + 1] = plan.evictedDirty[v] ? DIRTY : 0;
      places.put(plan.evictedRows[v], slot);
    }
    plan.clear();
  }

  /** Whether a slot of the region holds a row that the store does not have. */
  boolean dirty(int slot) {
    return state[2 * slot] != FREE && (state[2 * slot + 1] & DIRTY) != 0;
  }

  void clean(int slot) {
    state[2 * slot + 1] &= ~DIRTY;
  }

  /** The row in a slot of the region; negative where there is none. */
  long rowIn(int slot) {
    return state[2 * slot];
  }

  /** How many slots, from the first on, hold a row. */
  int residents() {
    return residents;
  }

  /** Writes the rows in the slots, all of them clean, and the policy's state. */
  void save(DataOutput out) throws IOException {
    out.writeInt(residents);
    for (int slot = 0; slot < residents; slot++) {
      out.writeLong(state[2 * slot]);
    }
    policy.save(out);
  }

  /** Reads what {@link #save} wrote; the region has been empty so far. */
  void restore(DataInput in) throws IOException {
    residents = in.readInt();
    for (int slot = 0; slot < residents; slot++) {
      long row = in.readLong();
      state[2 * slot] = row;
      places.put(row, slot);
    }
    policy.restore(in);
  }

  private FarsightException failed(long batch, RuntimeException e) {
    return new FarsightException(
        "cache policy %s failed at batch %d: %s".formatted(policyName, batch, e), e);
  }
}
