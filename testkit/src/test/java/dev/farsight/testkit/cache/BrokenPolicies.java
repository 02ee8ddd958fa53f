package dev.farsight.testkit.cache;

import dev.farsight.api.cache.Pins;
import dev.farsight.api.cache.SlotBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** Policies with one planted bug each. */
final class BrokenPolicies {

  private BrokenPolicies() {}

  static class NamesPinned extends FifoPolicy {

    NamesPinned(int slots) {
      super(slots);
    }

    @Override
    public int victims(int wanted, Pins pins, int[] slots) {
      return super.victims(wanted, slot -> false, slots);
    }
  }

  static class NamesOneTwice extends FifoPolicy {

    NamesOneTwice(int slots) {
      super(slots);
    }

    @Override
    public int victims(int wanted, Pins pins, int[] slots) {
      int n = super.victims(wanted, pins, slots);
      slots[n - 1] = slots[0];
      return n;
    }
  }

  static class NamesOutOfRange extends FifoPolicy {

    NamesOutOfRange(int slots) {
      super(slots);
    }

    @Override
    public int victims(int wanted, Pins pins, int[] into) {
      int n = super.victims(wanted, pins, into);
      into[n - 1] = slots;
      return n;
    }
  }

  /** Goes round the slots without knowing which hold a row. */
  static class NamesFreeSlots extends FifoPolicy {

    private int hand;

    NamesFreeSlots(int slots) {
      super(slots);
    }

    @Override
    public int victims(int wanted, Pins pins, int[] into) {
      int n = 0;
      for (int i = 0; i < slots && n < wanted; i++) {
        hand = (hand + slots - 1) % slots;
        if (!pins.pinned(hand)) {
          into[n++] = hand;
        }
      }
      return n;
    }
  }

  static class NamesFewer extends FifoPolicy {

    NamesFewer(int slots) {
      super(slots);
    }

    @Override
    public int victims(int wanted, Pins pins, int[] slots) {
      return super.victims(Math.min(wanted, 12), pins, slots);
    }
  }

  static class NamesMore extends FifoPolicy {

    NamesMore(int slots) {
      super(slots);
    }

    @Override
    public int victims(int wanted, Pins pins, int[] slots) {
      super.victims(Math.min(wanted + 1, slots.length), pins, slots);
      return wanted;
    }
  }

  static class ForgetsEvictions extends FifoPolicy {

    ForgetsEvictions(int slots) {
      super(slots);
    }

    @Override
    public void admit(SlotBatch rows) {
      count = Math.min(count, 7 * slots);
      super.admit(rows);
    }

    @Override
    public void evicted(SlotBatch rows) {}

    @Override
    public void checkInvariants() {}
  }

  static class NotesTooMuch extends FifoPolicy {

    NotesTooMuch(int slots) {
      super(slots);
    }

    @Override
    public void evicted(SlotBatch rows) {
      super.evicted(rows);
      rows.notes()[0] = PolicyHarness.MAX_NOTE + 1;
    }
  }

  /** As if notes were always kept. */
  static class NotesInVain extends FifoPolicy {

    NotesInVain(int slots) {
      super(slots);
    }

    @Override
    public void evicted(SlotBatch rows) {
      super.evicted(rows);
      rows.notes()[0] = 1;
    }
  }

  static class KeepsRowsOnReset extends FifoPolicy {

    KeepsRowsOnReset(int slots) {
      super(slots);
    }

    @Override
    public void reset() {}
  }

  /** Turns the order around every few batches, and goes on counting them after a reset. */
  static class KeepsCountingOnReset extends FifoPolicy {

    protected int batches;

    KeepsCountingOnReset(int slots) {
      super(slots);
    }

    @Override
    public void admit(SlotBatch rows) {
      super.admit(rows);
      if (++batches % 7 == 0) {
        for (int i = 0, j = count - 1; i < j; i++, j--) {
          int swapped = queue[i];
          queue[i] = queue[j];
          queue[j] = swapped;
        }
      }
    }
  }

  static class SavesOnlyHalf extends KeepsCountingOnReset {

    SavesOnlyHalf(int slots) {
      super(slots);
    }

    @Override
    public void reset() {
      super.reset();
      batches = 0;
    }
  }

  static class SavesNothing extends FifoPolicy {

    SavesNothing(int slots) {
      super(slots);
    }

    @Override
    public void save(DataOutput out) {}

    @Override
    public void restore(DataInput in) {}
  }

  static class RestoresOnTop extends FifoPolicy {

    RestoresOnTop(int slots) {
      super(slots);
    }

    @Override
    public void restore(DataInput in) throws IOException {
      for (int more = in.readInt(); more > 0; more--) {
        queue[count++] = in.readInt();
      }
    }
  }

  static class LeavesBytesUnread extends FifoPolicy {

    LeavesBytesUnread(int slots) {
      super(slots);
    }

    @Override
    public void save(DataOutput out) throws IOException {
      super.save(out);
      out.writeInt(-1);
    }
  }

  /** Every second instance starts from the other end. */
  static class Moody extends FifoPolicy {

    private static final AtomicInteger INSTANCES = new AtomicInteger();
    private final boolean backwards = INSTANCES.incrementAndGet() % 2 == 0;

    Moody(int slots) {
      super(slots);
    }

    @Override
    public int victims(int wanted, Pins pins, int[] slots) {
      int n = 0;
      for (int i = 0; i < count && n < wanted; i++) {
        int slot = queue[backwards ? count - 1 - i : i];
        if (!pins.pinned(slot)) {
          slots[n++] = slot;
        }
      }
      return n;
    }
  }

  static class Contradictory extends FifoPolicy {

    Contradictory(int slots) {
      super(slots);
    }

    @Override
    public void checkInvariants() {
      throw new IllegalStateException("slot 3 is on two lists");
    }
  }

  static class Allocates extends FifoPolicy {

    Allocates(int slots) {
      super(slots);
    }

    @Override
    public int victims(int wanted, Pins pins, int[] slots) {
      int[] chosen = new int[wanted];
      int n = super.victims(wanted, pins, chosen);
      System.arraycopy(chosen, 0, slots, 0, n);
      return n;
    }
  }

  static class LooksAtEverySlot extends FifoPolicy {

    LooksAtEverySlot(int slots) {
      super(slots);
    }

    @Override
    public int victims(int wanted, Pins pins, int[] into) {
      int evictable = 0;
      for (int slot = 0; slot < slots; slot++) {
        evictable += pins.pinned(slot) ? 0 : 1;
      }
      return super.victims(Math.min(wanted, evictable), pins, into);
    }
  }
}
