package dev.farsight.cache.lfu;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Slots in queues by the batch that uses them next: a ring of queues, one for each batch from the
 * first that is not {@linkplain #first past}.
 *
 * <p>Adding and taking cost O(1); {@link #latest} looks at one bit a batch of the look-ahead.
 * Memory is that of {@link SlotQueues}; allocates only while the look-ahead grows.
 */
final class NextUseLists {

  /** Uses farther ahead than so many batches are listed as if they were as near. */
  private static final int MOST = 1 << 17;

  private static final int FEWEST = 64;

  /** Of batch b at b mod {@link #batches}. */
  private final SlotQueues queues;

  private int batches = FEWEST;
  private long[] filled; // a bit for each queue that is not empty
  private long first;
  private int size;

  NextUseLists(int slots) {
    queues = new SlotQueues(slots, batches);
    filled = new long[batches / Long.SIZE];
  }

  int size() {
    return size;
  }

  /** The earliest batch that a slot can be listed under. */
  long first() {
    return first;
  }

  /** Lists a slot, whose row is used next by {@code batch}; earlier than first counts as first. */
  void add(long batch, int slot) {
    long listed = Math.max(batch, first);
    if (listed - first >= batches) {
      listed = Math.min(listed, first + MOST - 1);
      growFor(listed - first);
    }
    int queue = queue(listed);
    queues.addLast(queue, slot);
    filled[queue >>> 6] |= 1L << queue;
    size++;
  }

  private void growFor(long distance) {
    if (distance < batches) {
      return;
    }
    int old = batches;
    batches = Math.toIntExact(Long.highestOneBit(distance) * 2);
    queues.grow(batches);
    filled = Arrays.copyOf(filled, batches / Long.SIZE);
    // A queue keeps its number, or gets one that is new.
    for (long batch = first; batch < first + old; batch++) {
      int before = (int) batch & (old - 1);
      int queue = queue(batch);
      if (queue != before && !queues.isEmpty(before)) {
        queues.rename(before, queue);
        filled[before >>> 6] &= ~(1L << before);
        filled[queue >>> 6] |= 1L << queue;
      }
    }
  }

  /** The latest batch of which a slot is listed; one has to be. */
  long latest() {
    int end = queue(first + batches - 1);
    int word = end >>> 6;
    long bits = filled[word] & (-1L >>> (63 - (end & 63)));
    while (bits == 0) {
      word = (word == 0 ? filled.length : word) - 1;
      bits = filled[word];
    }
    int index = (word << 6) + 63 - Long.numberOfLeadingZeros(bits);
    return first + ((index - (int) first) & (batches - 1));
  }

  /**
   * Takes slots out of a batch's queue, in the order in which they came.
   *
   * @param most how many to take, or all if there are fewer
   * @return how many were taken
   */
  int take(long batch, int most, int[] slots) {
    int queue = queue(batch);
    int taken = queues.take(queue, most, slots);
    if (queues.isEmpty(queue)) {
      filled[queue >>> 6] &= ~(1L << queue);
    }
    size -= taken;
    return taken;
  }

  /** Moves on; no slot may be listed under an earlier batch. */
  void first(long batch) {
    first = batch;
  }

  private int queue(long batch) {
    return (int) batch & (batches - 1);
  }

  void reset() {
    queues.clear();
    Arrays.fill(filled, 0);
    first = 0;
    size = 0;
  }

  void save(DataOutput out) throws IOException {
    out.writeLong(first);
    out.writeInt(size);
    for (long batch = first; batch < first + batches; batch++) {
      int ahead = (int) (batch - first);
      queues.forEach(
          queue(batch),
          slot -> {
            out.writeInt(ahead);
            out.writeInt(slot);
          });
    }
  }

  void restore(DataInput in) throws IOException {
    reset();
    first = in.readLong();
    for (int more = in.readInt(); more > 0; more--) {
      long batch = first + in.readInt();
      add(batch, in.readInt());
    }
  }

  /** Sees a listed slot. */
  @FunctionalInterface
  interface Visitor {

    void slot(long batch, int slot);
  }

  /**
   * Visits every slot, batch by batch.
   *
   * @throws IllegalStateException if lists and size disagree
   */
  void checkInvariants(Visitor visitor) {
    int[] seen = {0};
    for (long b = first; b < first + batches; b++) {
      long batch = b;
      int queue = queue(batch);
      if (queues.isEmpty(queue) == ((filled[queue >>> 6] & (1L << queue)) != 0)) {
        throw new IllegalStateException("next uses: the bit of batch " + batch + " is wrong");
      }
      queues.forEach(
          queue,
          slot -> {
            seen[0]++;
            visitor.slot(batch, slot);
          });
    }
    if (seen[0] != size) {
      throw new IllegalStateException("next uses: " + seen[0] + " slots are listed, not " + size);
    }
  }

  /** Bytes on the heap before the first batch; few more with a look-ahead of many batches. */
  static long heapBytes(int slots) {
    return SlotQueues.heapBytes(slots, FEWEST);
  }
}
