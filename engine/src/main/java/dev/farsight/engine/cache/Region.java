package dev.farsight.engine.cache;

import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.Pins;
import dev.farsight.api.cache.SlotBatch;
import java.util.Arrays;

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

  /** Rows whose entries in a map are touched at a time; they fit the fastest cache. */
  private static final int BLOCK = 256;

  private final String name;
  private final int base;
  private final int slots;
  private final CachePolicy policy;
  private final String policyName;

  private final RowIndex resident;
  private final long[] rowOf;
  private final boolean[] dirty;
  private final int[] pinnedBy;
  private final int[] chosenBy;
  private int stamp;
  private int residents;

  /** Rows evicted lately, and where in the out-ring each is. */
  private final RowIndex recent;

  private final Pins pins = this::pinned;
  private final SlotBatch hits;
  private final SlotBatch moved;
  private final int[] missing;
  private final int[] victims;
  private int missed;
  private int needed;

  /**
   * @param base slot of the cache at which the region begins
   * @param slots how many it has
   * @param rows rows of all tables
   * @param maxRows most rows of a request that can belong to it
   */
  Region(
      String name,
      int base,
      int slots,
      long rows,
      int maxRows,
      String policyName,
      CachePolicy policy) {
    this.name = name;
    this.base = base;
    this.slots = slots;
    this.policy = policy;
    this.policyName = policyName;
    int most = Math.min(slots, maxRows);
    resident = RowIndex.of(rows, slots);
    recent = RowIndex.of(rows, most);
    rowOf = new long[slots];
    Arrays.fill(rowOf, FREE);
    dirty = new boolean[slots];
    pinnedBy = new int[slots];
    chosenBy = new int[slots];
    hits = new SlotBatch(most);
    moved = new SlotBatch(most);
    missing = new int[maxRows];
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

  private boolean pinned(int slot) {
    return pinnedBy[slot] == stamp;
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
    stamp++;
    long[] rows = request.rows();
    int[] occurrences = request.occurrences();
    long[] nextUse = request.nextUse();
    hits.begin(batch, request.updates());
    missed = 0;
    int found = 0;
    long lookups = 0;
    for (int m = 0; m < count; m++) {
      if (m % BLOCK == 0) {
        resident.touch(rows, members, m, Math.min(m + BLOCK, count));
      }
      int u = members == null ? m : members[m];
      int slot = resident.get(rows[u]);
      if (slot == RowMap.ABSENT) {
        missing[missed++] = u;
      } else {
        found++;
        slotOf[u] = base + slot;
        pinnedBy[slot] = stamp;
        lookups += occurrences[u];
        hits.add(slot, rows[u], occurrences[u], nextUse[u]);
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
      if (rowOf[slot] == FREE) {
        throw cheating("named slot " + slot + " as a victim, which holds no row");
      }
      if (pinnedBy[slot] == stamp) {
        throw cheating(victim(slot) + ", which the batch being planned uses");
      }
      if (chosenBy[slot] == stamp) {
        throw cheating(victim(slot) + " twice");
      }
      chosenBy[slot] = stamp;
    }
  }

  private String victim(int slot) {
    return "named slot " + slot + " (row " + rowOf[slot] + ") as a victim";
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
    for (int v = 0; v < needed; v++) {
      int slot = victims[v];
      plan.evictedSlots[v] = slot;
      plan.evictedRows[v] = rowOf[slot];
      plan.evictedDirty[v] = dirty[slot];
      plan.dirtyEvicted += dirty[slot] ? 1 : 0;
      rowOf[slot] = FREE;
    }
    plan.evicted = needed;
    for (int v = 0; v < needed; v++) {
      if (v % BLOCK == 0) {
        resident.touch(plan.evictedRows, null, v, Math.min(v + BLOCK, needed));
      }
      resident.remove(plan.evictedRows[v]);
    }
    boolean updates = request.updates();
    for (int m = 0; m < missed; m++) {
      if (m % BLOCK == 0) {
        resident.touch(request.rows(), missing, m, Math.min(m + BLOCK, missed));
      }
      int u = missing[m];
      int slot = m < needed ? victims[m] : residents++;
      long row = request.rows()[u];
      rowOf[slot] = row;
      dirty[slot] = updates;
      resident.put(row, slot);
      slotOf[u] = base + slot;
      plan.admittedSlots[m] = slot;
      plan.admittedRows[m] = row;
    }
    plan.admitted = missed;
    if (updates) {
      int[] hitSlots = hits.slots();
      for (int h = 0; h < hits.count(); h++) {
        dirty[hitSlots[h]] = true;
      }
    }
    try {
      tell(batch, request, plan);
    } catch (RuntimeException e) {
      throw failed(batch, e);
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
   * @param outFrom out-ring row of the region's first dirty victim
   * @param outRows receives the row ids by out-ring row
   */
  void route(RegionPlan plan, int outFrom, long[] outRows) {
    for (int m = 0; m < plan.admitted; m++) {
      if (m % BLOCK == 0) {
        recent.touch(plan.admittedRows, null, m, Math.min(m + BLOCK, plan.admitted));
      }
      plan.forwardedFrom[m] = recent.get(plan.admittedRows[m]);
    }
    int outRow = outFrom;
    for (int v = 0; v < plan.evicted; v++) {
      if (v % BLOCK == 0) {
        recent.touch(plan.evictedRows, null, v, Math.min(v + BLOCK, plan.evicted));
      }
      if (plan.evictedDirty[v]) {
        outRows[outRow] = plan.evictedRows[v];
        recent.put(plan.evictedRows[v], outRow++);
      }
    }
  }

  /**
   * The out-ring rows [outFrom, outFrom + count), which held {@code rows}, are no longer to be
   * forwarded.
   */
  void expire(long[] outRows, int outFrom, int count) {
    int end = outFrom + count;
    for (int r = outFrom; r < end; r++) {
      if ((r - outFrom) % BLOCK == 0) {
        recent.touch(outRows, null, r, Math.min(r + BLOCK, end));
      }
      recent.remove(outRows[r], r);
    }
  }

  /** A use became known, in batch {@code batch}, of those rows of the request that are resident. */
  void announce(long batch, RowRequest request, int[] members, int count) {
    moved.begin(batch, false);
    for (int m = 0; m < count; m++) {
      long row = request.rows()[members[m]];
      int slot = resident.get(row);
      if (slot != RowMap.ABSENT) {
        moved.add(slot, row, 0, batch);
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
      int slot = plan.admittedSlots[m];
      resident.remove(plan.admittedRows[m]);
      rowOf[slot] = FREE;
      dirty[slot] = false;
      if (m >= plan.evicted) {
        residents--;
      }
    }
    for (int v = 0; v < plan.evicted; v++) {
      int slot = plan.evictedSlots[v];
      rowOf[slot] = plan.evictedRows[v];
      dirty[slot] = plan.evictedDirty[v];
      resident.put(rowOf[slot], slot);
    }
    plan.clear();
  }

  /** Whether a slot of the region holds a row that the store does not have. */
  boolean dirty(int slot) {
    return rowOf[slot] != FREE && dirty[slot];
  }

  void clean(int slot) {
    dirty[slot] = false;
  }

  /** The row in a slot of the region; negative where there is none. */
  long rowIn(int slot) {
    return rowOf[slot];
  }

  int residents() {
    return residents;
  }

  /** Forgets all forwards: nothing in the out-ring counts any longer. */
  void forgetForwards() {
    recent.clear();
  }

  private FarsightException failed(long batch, RuntimeException e) {
    return new FarsightException(
        "cache policy %s failed at batch %d: %s".formatted(policyName, batch, e), e);
  }
}
