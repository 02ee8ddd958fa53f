package dev.farsight.cache.lfu;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Resident slots in first-in-first-out lists by <em>class</em>, a sixteenth of an octave of score.
 * Numbers of classes grow with the scores; {@value #CLASSES} of them exist at a time, from a floor
 * that rises as time passes. What falls below the floor is kept in the lowest class.
 *
 * <p>Every operation is O(1), apart from {@link #lowest}, which looks at no more than {@value
 * #WORDS} words, and {@link #follow}, which costs the number of classes passed. 4 bytes a slot and
 * 16 KiB.
 */
final class ScoreClasses {

  /** Bits of a score below the class. */
  static final int SHIFT = Scores.POINT - 4;

  static final int CLASSES = 2048;
  private static final int WORDS = CLASSES / Long.SIZE;
  private static final int END = -1;

  /*
   * Class c stands at index c mod CLASSES:
   *
   *   filled:  a bit for each class that is not empty
   *   first:   its oldest slot, last: its newest;   next[slot]: the one after, END after the last
   */
  private final int[] next;
  private final int[] first = new int[CLASSES];
  private final int[] last = new int[CLASSES];
  private final long[] filled = new long[WORDS];
  private long floor;
  private int size;
  private int aside = END; // a stack through next

  ScoreClasses(int slots) {
    this(new int[slots]);
  }

  /**
   * @param next links by slot, which may be shared with other lists as long as a slot is in one
   */
  ScoreClasses(int[] next) {
    this.next = next;
    reset();
  }

  /** Class of a score, wherever its slot is filed. */
  long classOf(long score) {
    return Math.max(score >> SHIFT, floor);
  }

  int size() {
    return size;
  }

  /** The lowest class that is not empty; one has to be. */
  long lowest() {
    int start = index(floor);
    int word = start >>> 6;
    long bits = filled[word] & (-1L << start);
    while (bits == 0) {
      word = (word + 1) % WORDS;
      bits = filled[word];
    }
    int index = (word << 6) + Long.numberOfTrailingZeros(bits);
    return floor + ((index - start) & (CLASSES - 1));
  }

  /**
   * Takes the oldest slots out of a class that is not empty, oldest first.
   *
   * @param most how many to take, or all if there are fewer
   * @return how many were taken
   */
  int takeFirst(long number, int most, int[] slots) {
    int index = index(number);
    int taken = 0;
    int slot = first[index];
    while (slot != END && taken < most) {
      slots[taken++] = slot;
      slot = next[slot];
    }
    first[index] = slot;
    if (slot == END) {
      filled[index >>> 6] &= ~(1L << index);
    }
    size -= taken;
    return taken;
  }

  /** Files a slot as the newest of a class. */
  void addLast(long number, int slot) {
    int index = index(number);
    next[slot] = END;
    if (empty(index)) {
      filled[index >>> 6] |= 1L << index;
      first[index] = slot;
    } else {
      next[last[index]] = slot;
    }
    last[index] = slot;
    size++;
  }

  /** Files a slot as the oldest of a class. */
  void addFirst(long number, int slot) {
    int index = index(number);
    if (empty(index)) {
      addLast(number, slot);
    } else {
      next[slot] = first[index];
      first[index] = slot;
      size++;
    }
  }

  /** Puts a slot taken out on a stack, from where it has to come back before the call ends. */
  void setAside(int slot) {
    next[slot] = aside;
    aside = slot;
  }

  boolean anyAside() {
    return aside != END;
  }

  int takeAside() {
    int slot = aside;
    aside = next[slot];
    return slot;
  }

  /**
   * Lets the floor follow the time, half of all classes below it. Slots that fall below go to the
   * lowest class, the lower ones in front.
   */
  void follow(long now) {
    long to = (now >> SHIFT) - CLASSES / 2;
    for (int step = 1; step < CLASSES && floor < to; step++) {
      putBefore(index(floor), index(floor + 1));
      floor++;
    }
    if (floor < to) { // by now, one class holds everything
      putBefore(index(floor), index(to));
      floor = to;
    }
  }

  private void putBefore(int from, int to) {
    if (empty(from) || from == to) {
      return;
    }
    if (empty(to)) {
      filled[to >>> 6] |= 1L << to;
      last[to] = last[from];
    } else {
      next[last[from]] = first[to];
    }
    first[to] = first[from];
    filled[from >>> 6] &= ~(1L << from);
  }

  private boolean empty(int index) {
    return (filled[index >>> 6] & (1L << index)) == 0;
  }

  private static int index(long number) {
    return (int) number & (CLASSES - 1);
  }

  void reset() {
    Arrays.fill(filled, 0);
    floor = -CLASSES / 2;
    size = 0;
  }

  void save(DataOutput out) throws IOException {
    out.writeLong(floor);
    out.writeInt(size);
    for (long number = floor; number < floor + CLASSES; number++) {
      int index = index(number);
      for (int slot = empty(index) ? END : first[index]; slot != END; slot = next[slot]) {
        out.writeInt((int) (number - floor));
        out.writeInt(slot);
      }
    }
  }

  void restore(DataInput in) throws IOException {
    reset();
    floor = in.readLong();
    for (int more = in.readInt(); more > 0; more--) {
      long number = floor + in.readInt();
      addLast(number, in.readInt());
    }
  }

  /** Sees a filed slot. */
  @FunctionalInterface
  interface Visitor {

    void slot(long number, int slot);
  }

  /**
   * Visits every slot, class by class.
   *
   * @throws IllegalStateException if lists and size disagree
   */
  void checkInvariants(Visitor visitor) {
    int seen = 0;
    for (long number = floor; number < floor + CLASSES; number++) {
      int index = index(number);
      int end = END;
      for (int slot = empty(index) ? END : first[index]; slot != END; slot = next[slot]) {
        if (seen++ >= size) {
          throw new IllegalStateException("score classes: more slots are filed than " + size);
        }
        visitor.slot(number, slot);
        end = slot;
      }
      if (end != END && end != last[index]) {
        throw new IllegalStateException(
            "score classes: class " + number + " does not end at its last slot");
      }
    }
    if (seen != size) {
      throw new IllegalStateException("score classes: " + seen + " slots are filed, not " + size);
    }
  }
}
