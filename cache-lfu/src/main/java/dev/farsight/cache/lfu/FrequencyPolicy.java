package dev.farsight.cache.lfu;

import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.Pins;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.cache.SlotBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Static ranks: the best victim is the row that occurs least in the training data, as counted
 * before training; of equals, the one admitted first. Rows not counted have 0. The order is exact.
 *
 * <p>A hit costs nothing. An admission or a victim costs O(1), and O(log distinct counts) where it
 * is the first or last of its count; pinned slots met cost as much. 36 to 44 bytes a slot;
 * allocates nothing after construction.
 */
final class FrequencyPolicy implements CachePolicy {

  private static final long ABSENT = -1;

  /** Rows whose counts are asked for at a time. */
  private static final int BLOCK = 128;

  private final RowFrequencies frequencies;
  private final long[] count;
  private final CountLists ranked;
  private final int[] aside;
  private final long[] blockCounts = new long[BLOCK];

  FrequencyPolicy(int slots, RowFrequencies frequencies) {
    this.frequencies = frequencies;
    this.count = new long[slots];
    this.ranked = new CountLists(slots);
    this.aside = new int[slots];
    reset();
  }

  @Override
  public void hit(SlotBatch rows) {}

  @Override
  public void admit(SlotBatch rows) {
    for (int from = 0; from < rows.count(); from += BLOCK) {
      int block = Math.min(BLOCK, rows.count() - from);
      frequencies.counts(rows.rows(), from, block, blockCounts);
      for (int i = 0; i < block; i++) {
        int slot = rows.slots()[from + i];
        count[slot] = Math.max(0, blockCounts[i]);
        ranked.addLast(count[slot], slot);
      }
    }
  }

  @Override
  public int victims(int wanted, Pins pins, int[] into) {
    int found = 0;
    int pinned = 0;
    while (found < wanted && !ranked.isEmpty()) {
      int slot = ranked.takeLowest();
      if (pins.pinned(slot)) {
        aside[pinned++] = slot;
      } else {
        into[found++] = slot;
      }
    }
    while (pinned > 0) { // back in front, the oldest last
      int slot = aside[--pinned];
      ranked.addFirst(count[slot], slot);
    }
    return found;
  }

  @Override
  public void evicted(SlotBatch rows) {
    for (int i = 0; i < rows.count(); i++) {
      count[rows.slots()[i]] = ABSENT;
    }
  }

  @Override
  public void reset() {
    Arrays.fill(count, ABSENT);
    ranked.clear();
  }

  @Override
  public void save(DataOutput out) throws IOException {
    out.writeInt(count.length);
    out.writeInt(resident());
    ranked.forEach(
        slot -> {
          out.writeInt(slot);
          out.writeLong(count[slot]);
        });
  }

  @Override
  public void restore(DataInput in) throws IOException {
    int saved = in.readInt();
    if (saved != count.length) {
      throw new FarsightException("frequency: saved with " + saved + " slots, not " + count.length);
    }
    reset();
    for (int more = in.readInt(); more > 0; more--) {
      int slot = in.readInt();
      count[slot] = in.readLong();
      ranked.addLast(count[slot], slot);
    }
  }

  private int resident() {
    return (int) Arrays.stream(count).filter(c -> c != ABSENT).count();
  }

  @Override
  public void checkInvariants() {
    ranked.checkInvariants();
    var listed = new boolean[count.length];
    ranked.forEach(
        slot -> {
          if (listed[slot] || count[slot] == ABSENT) {
            throw new IllegalStateException("frequency: slot " + slot + " is listed wrongly");
          }
          listed[slot] = true;
        });
    for (int slot = 0; slot < listed.length; slot++) {
      if (!listed[slot] && count[slot] != ABSENT) {
        throw new IllegalStateException("frequency: slot " + slot + " is not listed");
      }
    }
  }

  /** Makes {@link FrequencyPolicy}. */
  static final class Factory implements CachePolicyFactory {

    @Override
    public String name() {
      return "frequency";
    }

    @Override
    public long heapBytes(PolicyContext context) {
      return CountLists.heapBytes(context.slots())
          + (Long.BYTES + (long) Integer.BYTES) * context.slots();
    }

    @Override
    public CachePolicy create(PolicyContext context) {
      return new FrequencyPolicy(context.slots(), context.frequencies());
    }

    @Override
    public boolean wantsFrequencies() {
      return true;
    }
  }
}
