package dev.farsight.cache.lfu;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Resident slots in first-in-first-out queues by <em>class</em>, a sixteenth of an octave of score.
 * Numbers of classes grow with the scores; {@value #CLASSES} of them exist at a time, from a floor
 * that rises as time passes. What falls below the floor is kept in one class, {@link #BELOW}.
 *
 * <p>Every operation is O(1), apart from {@link #lowest}, which looks at no more than {@value
 * #WORDS} words, and {@link #follow}, which costs the number of classes passed and what falls below
 * the floor. Memory is that of {@link SlotQueues}.
 */
final class ScoreClasses {

  /** Bits of a score below the class. */
  static final int SHIFT = Scores.POINT - 4;

  static final int CLASSES = 2048;

  /** The class of everything below the floor. */
  static final long BELOW = Scores.NONE;

  private static final int WORDS = CLASSES / Long.SIZE;

  // Queues: of class c at c mod CLASSES, then these two.
  private static final int BELOW_QUEUE = CLASSES;
  private static final int ASIDE_QUEUE = CLASSES + 1;

  private final SlotQueues queues;
  private final long[] filled = new long[WORDS]; // a bit for each class that is not empty
  private final int[] moving = new int[64];
  private long floor;
  private int size;

  ScoreClasses(int slots) {
    queues = new SlotQueues(slots, CLASSES + 2);
    reset();
  }

  /** Class of a score, wherever its slot is filed. */
  long classOf(long score) {
    long number = score >> SHIFT;
    return number < floor ? BELOW : number;
  }

  int size() {
    return size;
  }

  /** The lowest class that is not empty; one has to be. */
  long lowest() {
    if (!queues.isEmpty(BELOW_QUEUE)) {
      return BELOW;
    }
    int start = (int) floor & (CLASSES - 1);
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
   * Takes the oldest slots out of a class, oldest first.
   *
   * @param most how many to take, or all if there are fewer
   * @return how many were taken
   */
  int takeFirst(long number, int most, int[] slots) {
    int queue = queue(number);
    int taken = queues.take(queue, most, slots);
    if (queue < CLASSES && queues.isEmpty(queue)) {
      filled[queue >>> 6] &= ~(1L << queue);
    }
    size -= taken;
    return taken;
  }

  /** Files a slot as the newest of a class. */
  void addLast(long number, int slot) {
    int queue = queue(number);
    queues.addLast(queue, slot);
    fill(queue);
  }

  /** Files a slot as the oldest of a class. */
  void addFirst(long number, int slot) {
    int queue = queue(number);
    queues.addFirst(queue, slot);
    fill(queue);
  }

  private void fill(int queue) {
    if (queue < CLASSES) {
      filled[queue >>> 6] |= 1L << queue;
    }
    size++;
  }

  /** Puts a slot taken out on a stack, from where it has to come back before the call ends. */
  void setAside(int slot) {
    queues.addFirst(ASIDE_QUEUE, slot);
  }

  boolean anyAside() {
    return !queues.isEmpty(ASIDE_QUEUE);
  }

  int takeAside() {
    queues.take(ASIDE_QUEUE, 1, moving);
    return moving[0];
  }

  /** Lets the floor follow the time, half of all classes below it. */
  void follow(long now) {
    long to = (now >> SHIFT) - CLASSES / 2;
    for (int step = 0; step < CLASSES && floor < to; step++) {
      fallBelow(floor++);
    }
    floor = Math.max(floor, to);
  }

  private void fallBelow(long number) {
    while (!queues.isEmpty(queue(number))) {
      int taken = takeFirst(number, moving.length, moving);
      for (int i = 0; i < taken; i++) {
        addLast(BELOW, moving[i]);
      }
    }
  }

  private static int queue(long number) {
    return number == BELOW ? BELOW_QUEUE : (int) number & (CLASSES - 1);
  }

  void reset() {
    queues.clear();
    Arrays.fill(filled, 0);
    floor = -CLASSES / 2;
    size = 0;
  }

  void save(DataOutput out) throws IOException {
    out.writeLong(floor);
    out.writeInt(size);
    save(BELOW, out);
    for (long number = floor; number < floor + CLASSES; number++) {
      save(number, out);
    }
  }

  private void save(long number, DataOutput out) throws IOException {
    queues.forEach(
        queue(number),
        slot -> {
          out.writeLong(number);
          out.writeInt(slot);
        });
  }

  void restore(DataInput in) throws IOException {
    reset();
    floor = in.readLong();
    for (int more = in.readInt(); more > 0; more--) {
      long number = in.readLong();
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
    int seen = check(BELOW, visitor);
    for (long number = floor; number < floor + CLASSES; number++) {
      int queue = queue(number);
      if (queues.isEmpty(queue) == ((filled[queue >>> 6] & (1L << queue)) != 0)) {
        throw new IllegalStateException("score classes: the bit of class " + number + " is wrong");
      }
      seen += check(number, visitor);
    }
    if (seen != size) {
      throw new IllegalStateException("score classes: " + seen + " slots are filed, not " + size);
    }
  }

  private int check(long number, Visitor visitor) {
    int[] seen = {0};
    queues.forEach(
        queue(number),
        slot -> {
          seen[0]++;
          visitor.slot(number, slot);
        });
    return seen[0];
  }

  static long heapBytes(int slots) {
    return SlotQueues.heapBytes(slots, CLASSES + 2);
  }
}
