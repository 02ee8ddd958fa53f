package dev.farsight.cache.lfu;

import dev.farsight.api.cache.Pins;
import dev.farsight.api.cache.SlotBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A small cache without rows under {@link LfuPolicy}, to see how many rows it would miss. Costs
 * what the policy costs, and a hash look-up a row; about 50 bytes a slot.
 */
final class MiniCache {

  private final LfuPolicy policy;
  private final long[] rowIn;
  private final KeyIndex resident;
  private int used;

  private final long[] pinnedBy;
  private long batch;
  private final Pins pins;
  private final SlotBatch hits;
  private final SlotBatch evicted;
  private final SlotBatch admitted;
  private final int[] victims;

  MiniCache(int slots, LfuPolicy policy) {
    this.policy = policy;
    rowIn = new long[slots];
    resident = new KeyIndex(rowIn);
    pinnedBy = new long[slots];
    pins = slot -> pinnedBy[slot] == batch;
    hits = new SlotBatch(slots);
    evicted = new SlotBatch(slots);
    admitted = new SlotBatch(slots);
    victims = new int[slots];
  }

  int slots() {
    return rowIn.length;
  }

  /**
   * Plans a batch of distinct rows, at most as many as there are slots.
   *
   * @return how many of them were not resident
   */
  int plan(SlotBatch rows) {
    batch++;
    hits.begin(0, true);
    for (int i = 0; i < rows.count(); i++) {
      int slot = resident.find(rows.rows()[i]);
      if (slot != KeyIndex.NONE) {
        pinnedBy[slot] = batch;
        hits.add(slot, rows.rows()[i], rows.occurrences()[i], SlotBatch.UNKNOWN);
      }
    }
    policy.hit(hits);
    int missing = rows.count() - hits.count();
    if (missing > 0) {
      int unused = Math.min(missing, slots() - used);
      evict(missing - unused);
      admit(rows, missing - unused);
    }
    return missing;
  }

  private void evict(int count) {
    evicted.begin(0, true);
    policy.victims(count, pins, victims);
    for (int i = 0; i < count; i++) {
      resident.remove(victims[i]);
      evicted.add(victims[i], rowIn[victims[i]], 0, SlotBatch.UNKNOWN);
    }
    policy.evicted(evicted);
  }

  private void admit(SlotBatch rows, int freed) {
    admitted.begin(0, true);
    int reused = 0;
    for (int i = 0; i < rows.count(); i++) {
      long row = rows.rows()[i];
      if (resident.find(row) == KeyIndex.NONE) {
        int slot = reused < freed ? victims[reused++] : used++;
        rowIn[slot] = row;
        resident.add(slot);
        admitted.add(slot, row, rows.occurrences()[i], SlotBatch.UNKNOWN);
      }
    }
    policy.admit(admitted);
  }

  void reset() {
    policy.reset();
    resident.clear();
    used = 0;
  }

  void save(DataOutput out) throws IOException {
    policy.save(out);
    out.writeInt(used);
    for (int slot = 0; slot < used; slot++) {
      out.writeLong(rowIn[slot]);
    }
  }

  void restore(DataInput in) throws IOException {
    reset();
    policy.restore(in);
    used = in.readInt();
    for (int slot = 0; slot < used; slot++) {
      rowIn[slot] = in.readLong();
      resident.add(slot);
    }
  }

  void checkInvariants() {
    policy.checkInvariants();
    if (resident.size() != used) {
      throw new IllegalStateException(
          "half-life: " + resident.size() + " rows indexed in " + used + " slots of a small cache");
    }
  }
}
