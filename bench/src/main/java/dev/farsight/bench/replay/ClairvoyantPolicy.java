package dev.farsight.bench.replay;

import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.Pins;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.SlotBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Belady's choice: the victim is the row whose next use is farthest away. It must be told the next
 * use of every row of every batch, which {@link NextUses} knows; then no policy brings in fewer
 * rows, given that a batch's rows are all resident while it is planned (its pins). Of rows used
 * next by the same batch, which cost the same, clean ones go first: they need no write-back.
 *
 * <p>O(1) a row; victims cost O(victims + pinned slots met + log64 batches each). 8 bytes a slot
 * and a batch.
 */
final class ClairvoyantPolicy implements CachePolicy {

  /*
   * A ring of slots for each batch, closed by a sentinel: those whose rows that batch uses next,
   * clean ones before dirty ones. The last ring holds the rows that are never used again.
   *
   *   links:  | slot 0: next, previous | ... | sentinel of batch 0: next, previous | ... | of never |
   */

  private static final int ABSENT = -1;

  private final int slots;
  private final int batches;
  private final int[] links;
  private final int[] ringOf;
  private final BitSet dirty;
  private final BitTree filled;

  ClairvoyantPolicy(int slots, int batches) {
    this.slots = slots;
    this.batches = batches;
    links = new int[Math.multiplyExact(2, Math.addExact(slots, batches + 1))];
    ringOf = new int[slots];
    dirty = new BitSet(slots);
    filled = new BitTree(batches + 1);
    reset();
  }

  @Override
  public void hit(SlotBatch rows) {
    for (int i = 0; i < rows.count(); i++) {
      int slot = rows.slots()[i];
      remove(slot);
      file(slot, rows.nextUse()[i], dirty.get(slot) || rows.dirty());
    }
  }

  @Override
  public void nextUse(SlotBatch rows) {
    for (int i = 0; i < rows.count(); i++) {
      int slot = rows.slots()[i];
      remove(slot);
      file(slot, rows.nextUse()[i], dirty.get(slot));
    }
  }

  @Override
  public void admit(SlotBatch rows) {
    for (int i = 0; i < rows.count(); i++) {
      file(rows.slots()[i], rows.nextUse()[i], rows.dirty());
    }
  }

  @Override
  public int victims(int count, Pins pins, int[] into) {
    int found = 0;
    for (int ring = filled.below(batches + 1);
        ring >= 0 && found < count;
        ring = filled.below(ring)) {
      int sentinel = slots + ring;
      for (int slot = links[2 * sentinel];
          slot != sentinel && found < count;
          slot = links[2 * slot]) {
        if (!pins.pinned(slot)) {
          into[found++] = slot;
        }
      }
    }
    return found;
  }

  @Override
  public void evicted(SlotBatch rows) {
    for (int i = 0; i < rows.count(); i++) {
      remove(rows.slots()[i]);
    }
  }

  private void file(int slot, long nextUse, boolean isDirty) {
    int ring = (int) Math.min(nextUse, batches);
    int sentinel = slots + ring;
    if (links[2 * sentinel] == sentinel) {
      filled.add(ring);
    }
    if (isDirty) {
      link(links[2 * sentinel + 1], slot);
      link(slot, sentinel);
    } else {
      link(slot, links[2 * sentinel]);
      link(sentinel, slot);
    }
    dirty.set(slot, isDirty);
    ringOf[slot] = ring;
  }

  private void remove(int slot) {
    int sentinel = slots + ringOf[slot];
    link(links[2 * slot + 1], links[2 * slot]);
    if (links[2 * sentinel] == sentinel) {
      filled.remove(ringOf[slot]);
    }
    ringOf[slot] = ABSENT;
  }

  private void link(int before, int after) {
    links[2 * before] = after;
    links[2 * after + 1] = before;
  }

  @Override
  public void reset() {
    for (int sentinel = slots; sentinel <= slots + batches; sentinel++) {
      link(sentinel, sentinel);
    }
    Arrays.fill(ringOf, ABSENT);
    dirty.clear();
    filled.clear();
  }

  @Override
  public void save(DataOutput out) {
    throw new UnsupportedOperationException("a bound on one trace is not saved");
  }

  @Override
  public void restore(DataInput in) {
    throw new UnsupportedOperationException("a bound on one trace is not saved");
  }

  @Override
  public void checkInvariants() {
    int listed = 0;
    for (int ring = filled.below(batches + 1); ring >= 0; ring = filled.below(ring)) {
      int sentinel = slots + ring;
      for (int slot = links[2 * sentinel]; slot != sentinel; slot = links[2 * slot]) {
        if (ringOf[slot] != ring) {
          throw new IllegalStateException("slot " + slot + " in the ring of batch " + ring);
        }
        listed++;
      }
    }
    long resident = Arrays.stream(ringOf).filter(ring -> ring != ABSENT).count();
    if (listed != resident) {
      throw new IllegalStateException(listed + " slots listed, " + resident + " resident");
    }
  }

  /** Makes {@link ClairvoyantPolicy} for a trace of so many batches. */
  record Factory(int batches) implements CachePolicyFactory {

    @Override
    public String name() {
      return Contender.BELADY;
    }

    @Override
    public CachePolicy create(PolicyContext context) {
      return new ClairvoyantPolicy(context.slots(), batches);
    }
  }
}
