package dev.farsight.cache.lfu;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Slots in lists by the batch that uses them next: a ring of lists, one for each batch from the
 * first that is not {@linkplain #first past}.
 *
 * <p>Adding and taking cost O(1); {@link #latest} looks at one bit a batch of the look-ahead. 4
 * bytes a slot and 5 a batch of the look-ahead; allocates only while the look-ahead grows.
 */
final class NextUseLists {

  /** Uses farther ahead than so many batches are listed as if they were as near. */
  private static final int MOST = 1 << 17;

  private static final int FEWEST = 64;
  private static final int END = -1;

  /*
   * Batch b stands at index b mod heads.length:
   *
   *   heads:  the list's first slot, END where there is none;   next[slot]: the one after
   *   filled: a bit for each list that is not empty
   */
  private final int[] next;
  private int[] heads;
  private long[] filled;
  private long first;
  private int size;

  /**
   * @param next links by slot, which may be shared with other lists as long as a slot is in one
   */
  NextUseLists(int[] next) {
    this.next = next;
    reset();
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
    if (listed - first >= heads.length) {
      listed = Math.min(listed, first + MOST - 1);
      grow(listed - first);
    }
    int index = index(listed);
    next[slot] = heads[index];
    heads[index] = slot;
    filled[index >>> 6] |= 1L << index;
    size++;
  }

  private void grow(long distance) {
    if (distance < heads.length) {
      return;
    }
    int[] old = heads;
    heads = new int[Math.toIntExact(Long.highestOneBit(distance) * 2)];
    filled = new long[heads.length / Long.SIZE];
    Arrays.fill(heads, END);
    for (long batch = first; batch < first + old.length; batch++) {
      int head = old[(int) batch & (old.length - 1)];
      if (head != END) {
        heads[index(batch)] = head;
        filled[index(batch) >>> 6] |= 1L << index(batch);
      }
    }
  }

  /** The latest batch of which a slot is listed; one has to be. */
  long latest() {
    int end = index(first + heads.length - 1);
    int word = end >>> 6;
    long bits = filled[word] & (-1L >>> (63 - (end & 63)));
    while (bits == 0) {
      word = (word == 0 ? filled.length : word) - 1;
      bits = filled[word];
    }
    int index = (word << 6) + 63 - Long.numberOfLeadingZeros(bits);
    return first + ((index - (int) first) & (heads.length - 1));
  }

  /**
   * Takes slots out of a batch's list, the newest first.
   *
   * @param most how many to take, or all if there are fewer
   * @return how many were taken
   */
  int take(long batch, int most, int[] slots) {
    int index = index(batch);
    int taken = 0;
    int slot = heads[index];
    while (slot != END && taken < most) {
      slots[taken++] = slot;
      slot = next[slot];
    }
    heads[index] = slot;
    if (slot == END) {
      filled[index >>> 6] &= ~(1L << index);
    }
    size -= taken;
    return taken;
  }

  /** Whether no slot is listed under a batch. */
  boolean isEmpty(long batch) {
    return heads[index(batch)] == END;
  }

  /** Moves on; no slot may be listed under an earlier batch. */
  void first(long batch) {
    first = batch;
  }

  private int index(long batch) {
    return (int) batch & (heads.length - 1);
  }

  void reset() {
    heads = new int[FEWEST];
    filled = new long[FEWEST / Long.SIZE];
    Arrays.fill(heads, END);
    first = 0;
    size = 0;
  }

  void save(DataOutput out) throws IOException {
    out.writeLong(first);
    out.writeInt(size);
    for (long batch = first; batch < first + heads.length; batch++) {
      for (int slot = heads[index(batch)]; slot != END; slot = next[slot]) {
        out.writeInt((int) (batch - first));
        out.writeInt(slot);
      }
    }
  }

  /** Lists come back in the order in which they were saved. */
  void restore(DataInput in) throws IOException {
    reset();
    first = in.readLong();
    int tail = END;
    long before = -1;
    for (int more = in.readInt(); more > 0; more--) {
      long batch = first + in.readInt();
      int slot = in.readInt();
      if (batch == before) {
        next[tail] = slot;
        next[slot] = END;
        size++;
      } else {
        add(batch, slot);
      }
      tail = slot;
      before = batch;
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
    int seen = 0;
    for (long batch = first; batch < first + heads.length; batch++) {
      int index = index(batch);
      if ((heads[index] == END) == ((filled[index >>> 6] & (1L << index)) != 0)) {
        throw new IllegalStateException("next uses: the bit of batch " + batch + " is wrong");
      }
      for (int slot = heads[index]; slot != END; slot = next[slot]) {
        if (seen++ >= size) {
          throw new IllegalStateException("next uses: more slots are listed than " + size);
        }
        visitor.slot(batch, slot);
      }
    }
    if (seen != size) {
      throw new IllegalStateException("next uses: " + seen + " slots are listed, not " + size);
    }
  }
}
