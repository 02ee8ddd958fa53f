package dev.farsight.testkit.cache;

import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.Pins;
import dev.farsight.api.cache.SlotBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** First in, first out, as plainly as it can be: a correct policy for others to break. */
class FifoPolicy implements CachePolicy {

  protected final int slots;
  protected final int[] queue;
  protected int count;
  private final boolean[] leaving;

  FifoPolicy(int slots) {
    this.slots = slots;
    this.queue = new int[8 * slots];
    this.leaving = new boolean[slots];
  }

  @Override
  public void hit(SlotBatch rows) {}

  @Override
  public void admit(SlotBatch rows) {
    for (int i = 0; i < rows.count(); i++) {
      queue[count++] = rows.slots()[i];
    }
  }

  @Override
  public int victims(int wanted, Pins pins, int[] slots) {
    int n = 0;
    for (int i = 0; i < count && n < wanted; i++) {
      if (!pins.pinned(queue[i])) {
        slots[n++] = queue[i];
      }
    }
    return n;
  }

  @Override
  public void evicted(SlotBatch rows) {
    for (int i = 0; i < rows.count(); i++) {
      leaving[rows.slots()[i]] = true;
    }
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (!leaving[queue[i]]) {
        queue[kept++] = queue[i];
      }
    }
    count = kept;
    for (int i = 0; i < rows.count(); i++) {
      leaving[rows.slots()[i]] = false;
    }
  }

  @Override
  public void reset() {
    count = 0;
  }

  @Override
  public void save(DataOutput out) throws IOException {
    out.writeInt(count);
    for (int i = 0; i < count; i++) {
      out.writeInt(queue[i]);
    }
  }

  @Override
  public void restore(DataInput in) throws IOException {
    count = in.readInt();
    for (int i = 0; i < count; i++) {
      queue[i] = in.readInt();
    }
  }

  @Override
  public void checkInvariants() {
    if (count > slots) {
      throw new IllegalStateException(count + " rows in " + slots + " slots");
    }
  }
}
