package dev.farsight.testkit.cache;

import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.Pins;
import dev.farsight.api.cache.SlotBatch;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A naive cache without rows around a policy: drives it as the engine does, in the order of calls
 * that {@link CachePolicy} describes, and checks each answer. The first wrong answer is an {@link
 * AssertionError} that names the policy and the slot.
 *
 * <p>Plain collections, so O(rows of the batch) objects a batch; good for some million rows a
 * second. Not thread-safe.
 */
public final class PolicyHarness {

  private static final long FREE = -1;
  private static final int UNWRITTEN = Integer.MIN_VALUE;

  /** The largest note that the engine keeps of a row, where it keeps notes. */
  public static final int MAX_NOTE = 1023;

  private final String name;
  private final CachePolicy policy;
  private final int slots;
  private final int lookAhead;
  private final int maxNote;

  /** Most rows that leave, or come, in one call: fewer than a batch, so that there are several. */
  private static final int PIECE = 7;

  private final Map<Long, Integer> slotOf = new HashMap<>();
  // Last in, first out.
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private final long[] rowIn;
  private final Map<Long, Integer> notes = new HashMap<>();
  private final boolean[] pinned;
  private final Pins pins;

  private final SlotBatch uses;
  private final SlotBatch hits;
  private final SlotBatch admitted;
  private final SlotBatch evicted;
  private final int[] answer;

  private final HarnessStats stats = new HarnessStats();
  private long batch;
  private int chosen;

  /**
   * @param name the policy's name, for messages
   * @param slots slots of the region, as in the policy's context
   */
  public PolicyHarness(String name, CachePolicy policy, int slots) {
    this(name, policy, slots, 0);
  }

  /**
   * @param lookAhead batches known beyond the one being planned; above 0, the policy is told of
   *     next uses
   */
  public PolicyHarness(String name, CachePolicy policy, int slots, int lookAhead) {
    this(name, policy, slots, lookAhead, 0);
  }

  /**
   * @param maxNote the largest note to keep of rows that left, as in the policy's context
   */
  public PolicyHarness(String name, CachePolicy policy, int slots, int lookAhead, int maxNote) {
    this.name = name;
    this.policy = policy;
    this.slots = slots;
    this.lookAhead = lookAhead;
    this.maxNote = maxNote;
    rowIn = new long[slots];
    pinned = new boolean[slots];
    pins =
        slot -> {
          stats.pinsAsked++;
          return pinned[slot];
        };
    uses = new SlotBatch(slots);
    hits = new SlotBatch(slots);
    admitted = new SlotBatch(slots);
    evicted = new SlotBatch(slots);
    answer = new int[slots + 1];
    empty();
  }

  /**
   * Plans batches one after the other; the look-ahead ends with the list.
   *
   * @return the slots of all victims, in the order in which they were named
   */
  public int[] run(List<RowBatch> batches) {
    int before = stats.victimCount();
    var next = new NextUses(batches, batch, lookAhead);
    for (int i = 0; i < batches.size(); i++) {
      plan(batches.get(i), next, i);
    }
    return stats.victims(before);
  }

  /** Plans one batch, without look-ahead. */
  public int[] run(RowBatch only) {
    return run(List.of(only));
  }

  /**
   * Evicts every resident row.
   *
   * @return their slots, best victim first
   */
  public int[] drain() {
    int before = stats.victimCount();
    int residents = slotOf.size();
    if (residents > 0) {
      choose(residents);
      evict(0, residents);
    }
    return stats.victims(before);
  }

  /** Forgets all rows, in the cache and in the policy; batches count from 0. Statistics go on. */
  public void reset() {
    policy.reset();
    empty();
  }

  /**
   * A cache with the same rows in the same slots around another policy, which has to be restored
   * from this one's. Statistics start anew.
   */
  public PolicyHarness continuedBy(CachePolicy other) {
    var copy = new PolicyHarness(name, other, slots, lookAhead, maxNote);
    copy.notes.putAll(notes);
    copy.slotOf.putAll(slotOf);
    copy.free.clear();
    copy.free.addAll(free);
    System.arraycopy(rowIn, 0, copy.rowIn, 0, slots);
    copy.batch = batch;
    return copy;
  }

  /** Whether a row is in the cache. */
  public boolean resident(long row) {
    return slotOf.containsKey(row);
  }

  /** The rows in the cache, by slot. */
  public long[] residentRows() {
    return Arrays.stream(rowIn).filter(row -> row != FREE).toArray();
  }

  public HarnessStats stats() {
    return stats;
  }

  private void plan(RowBatch rows, NextUses next, int position) {
    uses.begin(batch, rows.dirty());
    next.readAhead(position, this::nowKnown);
    if (lookAhead > 0) {
      stats.enterPolicy();
      policy.nextUse(uses);
      stats.leavePolicy();
    }

    hits.begin(batch, rows.dirty());
    for (int i = 0; i < rows.size(); i++) {
      Integer slot = slotOf.get(rows.rows()[i]);
      stats.lookup(rows.occurrences()[i], slot != null);
      if (slot != null) {
        pinned[slot] = true;
        add(hits, slot, rows, i, next);
      }
    }
    stats.enterPolicy();
    policy.hit(hits);
    stats.leavePolicy();

    int missing = rows.size() - hits.count();
    chosen = Math.max(0, missing - free.size());
    if (chosen > 0) {
      choose(chosen);
    }
    replace(rows, next);

    Arrays.fill(pinned, false);
    next.planned(position);
    batch++;
  }

  private void nowKnown(long row, long use) {
    Integer slot = slotOf.get(row);
    if (slot != null) {
      uses.add(slot, row, 0, use);
    }
  }

  private void add(SlotBatch to, int slot, RowBatch rows, int i, NextUses next) {
    long row = rows.rows()[i];
    Integer note = notes.remove(row);
    to.add(slot, row, rows.occurrences()[i], next.after(row, batch), note == null ? 0 : note);
  }

  private void choose(int count) {
    Arrays.fill(answer, UNWRITTEN);
    stats.enterPolicy();
    int written = policy.victims(count, pins, answer);
    stats.leavePolicy();
    check(written, count);
    for (int v = 0; v < count; v++) {
      stats.victim(answer[v], batch);
    }
  }

  /** Victims leave and missing rows come, a piece at a time, as in the engine. */
  private void replace(RowBatch rows, NextUses next) {
    int left = 0;
    admitted.begin(batch, rows.dirty());
    for (int i = 0; i < rows.size(); i++) {
      long row = rows.rows()[i];
      if (slotOf.containsKey(row)) {
        continue;
      }
      if (left < chosen && free.isEmpty()) {
        admit();
        int to = Math.min(chosen, left + PIECE);
        evict(left, to);
        left = to;
      }
      int slot = free.pop();
      slotOf.put(row, slot);
      rowIn[slot] = row;
      add(admitted, slot, rows, i, next);
    }
    admit();
  }

  private void evict(int from, int to) {
    evicted.begin(batch, false);
    for (int v = from; v < to; v++) {
      int slot = answer[v];
      evicted.add(slot, rowIn[slot], 0, SlotBatch.UNKNOWN, 0);
      slotOf.remove(rowIn[slot]);
      rowIn[slot] = FREE;
      free.push(slot);
    }
    stats.enterPolicy();
    policy.evicted(evicted);
    stats.leavePolicy();
    for (int i = 0; i < evicted.count(); i++) {
      keepNote(evicted.rows()[i], evicted.notes()[i]);
    }
  }

  private void keepNote(long row, int note) {
    if (note < 0 || note > maxNote) {
      throw new AssertionError(
          String.format(
              Locale.ROOT,
              "policy %s, batch %d: noted %d of row %d, which is not from 0 to %d",
              name,
              batch,
              note,
              row,
              maxNote));
    }
    if (note > 0) {
      notes.put(row, note);
    }
  }

  private void admit() {
    if (admitted.count() > 0) {
      stats.enterPolicy();
      policy.admit(admitted);
      stats.leavePolicy();
      admitted.begin(batch, admitted.dirty());
    }
  }

  private void check(int written, int count) {
    require(written == count, "returned " + written + " victims where " + count + " were wanted");
    var named = new boolean[slots];
    for (int i = 0; i < count; i++) {
      int slot = answer[i];
      require(
          slot >= 0 && slot < slots,
          "named slot " + slot + ", which is not from 0 to " + (slots - 1));
      require(rowIn[slot] != FREE, "named slot " + slot + ", which holds no row");
      require(!pinned[slot], "named slot " + slot + ", which is pinned");
      require(!named[slot], "named slot " + slot + " twice");
      named[slot] = true;
    }
    require(answer[count] == UNWRITTEN, "wrote beyond the " + count + " victims wanted");
  }

  private void require(boolean fine, String complaint) {
    if (!fine) {
      throw new AssertionError("policy " + name + ", batch " + batch + ": victims " + complaint);
    }
  }

  private void empty() {
    batch = 0;
    slotOf.clear();
    notes.clear();
    free.clear();
    Arrays.fill(rowIn, FREE);
    for (int slot = 0; slot < slots; slot++) {
      free.add(slot);
    }
  }
}
