package dev.farsight.cache.lru;

import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.Pins;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.SlotBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Exact LRU: the row used longest ago is the best victim. Within a batch, rows count as used in the
 * order of the arrays, hits before admissions. Being admitted counts as a use, also by evaluation
 * or warm-up.
 *
 * <p>O(1) a row; finding victims costs O(victims + pinned slots met). Allocates nothing after
 * construction.
 */
final class LruPolicy implements CachePolicy {

  /*
   * A doubly linked list of slots from the oldest use to the latest, closed to a ring by a sentinel
   * that stands behind the last slot. One array holds both directions, so that a slot's links share
   * a cache line: 8 bytes a slot.
   *
   *   links:  | 0 next | 0 previous | 1 next | 1 previous | ... | sentinel next | sentinel previous |
   *                                                               (the oldest)    (the latest)
   */

  private static final int ABSENT = -1;

  private final int slots;
  private final int[] links;
  private int resident;

  LruPolicy(int slots) {
    this.slots = slots;
    this.links = new int[2 * slots + 2];
    reset();
  }

  @Override
  public void hit(SlotBatch rows) {
    int[] slots = rows.slots();
    for (int i = 0; i < rows.count(); i++) {
      unlink(slots[i]);
      append(slots[i]);
    }
  }

  @Override
  public void admit(SlotBatch rows) {
    int[] slots = rows.slots();
    for (int i = 0; i < rows.count(); i++) {
      append(slots[i]);
    }
    resident += rows.count();
  }

  @Override
  public int victims(int count, Pins pins, int[] into) {
    int found = 0;
    for (int slot = next(slots); slot != slots && found < count; slot = next(slot)) {
      if (!pins.pinned(slot)) {
        into[found++] = slot;
      }
    }
    return found;
  }

  @Override
  public void evicted(SlotBatch rows) {
    int[] slots = rows.slots();
    for (int i = 0; i < rows.count(); i++) {
      unlink(slots[i]);
      links[2 * slots[i]] = ABSENT;
    }
    resident -= rows.count();
  }

  @Override
  public void reset() {
    Arrays.fill(links, ABSENT);
    link(slots, slots);
    resident = 0;
  }

  @Override
  public void save(DataOutput out) throws IOException {
    out.writeInt(slots);
    out.writeInt(resident);
    for (int slot = next(slots); slot != slots; slot = next(slot)) {
      out.writeInt(slot);
    }
  }

  @Override
  public void restore(DataInput in) throws IOException {
    int saved = in.readInt();
    if (saved != slots) {
      throw new FarsightException("lru: saved with " + saved + " slots, not " + slots);
    }
    reset();
    resident = in.readInt();
    for (int i = 0; i < resident; i++) {
      append(in.readInt());
    }
  }

  @Override
  public void checkInvariants() {
    int listed = 0;
    for (int slot = next(slots); slot != slots; slot = next(slot)) {
      if (slot < 0 || slot > slots || listed++ > slots) {
        throw new IllegalStateException("lru: the list leaves its slots at " + slot);
      }
      if (next(previous(slot)) != slot) {
        throw new IllegalStateException("lru: slot " + slot + " and the one before disagree");
      }
    }
    if (listed != resident) {
      throw new IllegalStateException(
          "lru: " + listed + " slots listed, " + resident + " resident");
    }
  }

  private int next(int slot) {
    return links[2 * slot];
  }

  private int previous(int slot) {
    return links[2 * slot + 1];
  }

  private void link(int before, int after) {
    links[2 * before] = after;
    links[2 * after + 1] = before;
  }

  private void append(int slot) {
    link(previous(slots), slot);
    link(slot, slots);
  }

  private void unlink(int slot) {
    link(previous(slot), next(slot));
  }

  /** Makes {@link LruPolicy}. */
  static final class Factory implements CachePolicyFactory {

    @Override
    public String name() {
      return "lru";
    }

    @Override
    public long heapBytes(PolicyContext context) {
      return Integer.BYTES * (2L * context.slots() + 2);
    }

    @Override
    public CachePolicy create(PolicyContext context) {
      return new LruPolicy(context.slots());
    }
  }
}
