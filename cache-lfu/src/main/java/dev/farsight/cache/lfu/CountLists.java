package dev.farsight.cache.lfu;

/**
 * Slots in exact order of a count: a first-in-first-out list for each distinct count, found by
 * hashing, and a binary heap of the lists. Rows of equal counts are many, above all where counts
 * are low, so that a slot mostly comes and goes at the ends of a list that is there already.
 *
 * <p>Adding and taking cost O(1), and O(log distinct counts) where a list begins or ends. 28 to 36
 * bytes a slot; allocates nothing after construction.
 */
final class CountLists {

  private static final int END = -1;

  private final int[] next; // by slot: the one after in its list

  // By list; as many as there are slots. Unused lists are chained through first.
  private final long[] count;
  private final int[] first;
  private final int[] last;
  private int unused;

  private final int[] heap; // of lists, lowest count first
  private int lists;

  private final KeyIndex listOf;

  CountLists(int slots) {
    next = new int[slots];
    count = new long[slots];
    first = new int[slots];
    last = new int[slots];
    heap = new int[slots];
    listOf = new KeyIndex(count);
    clear();
  }

  void clear() {
    for (int list = 0; list < first.length; list++) {
      first[list] = list + 1 < first.length ? list + 1 : END;
    }
    unused = 0;
    lists = 0;
    listOf.clear();
  }

  boolean isEmpty() {
    return lists == 0;
  }

  /** The lowest count. */
  long lowest() {
    return count[heap[0]];
  }

  /** Takes out the oldest slot of the lowest count. */
  int takeLowest() {
    int list = heap[0];
    int slot = first[list];
    if (slot == last[list]) {
      removeLowestList();
    } else {
      first[list] = next[slot];
    }
    return slot;
  }

  /** Adds a slot as the newest of its count. */
  void addLast(long number, int slot) {
    int list = listOf.find(number);
    if (list == KeyIndex.NONE) {
      addList(number, slot);
    } else {
      next[last[list]] = slot;
      last[list] = slot;
    }
  }

  /** Adds a slot as the oldest of its count. */
  void addFirst(long number, int slot) {
    int list = listOf.find(number);
    if (list == KeyIndex.NONE) {
      addList(number, slot);
    } else {
      next[slot] = first[list];
      first[list] = slot;
    }
  }

  /** Sees a slot. */
  @FunctionalInterface
  interface Visitor<E extends Exception> {

    void slot(int slot) throws E;
  }

  /** Visits every slot, those of one count from the oldest to the newest. */
  <E extends Exception> void forEach(Visitor<E> visitor) throws E {
    for (int i = 0; i < lists; i++) {
      int list = heap[i];
      int slot = first[list];
      visitor.slot(slot);
      while (slot != last[list]) {
        slot = next[slot];
        visitor.slot(slot);
      }
    }
  }

  private void addList(long number, int slot) {
    int list = unused;
    unused = first[list];
    count[list] = number;
    first[list] = slot;
    last[list] = slot;
    listOf.add(list);
    int i = lists++;
    for (; i > 0 && count[heap[(i - 1) >>> 1]] > number; i = (i - 1) >>> 1) {
      heap[i] = heap[(i - 1) >>> 1];
    }
    heap[i] = list;
  }

  private void removeLowestList() {
    int list = heap[0];
    listOf.remove(list);
    first[list] = unused;
    unused = list;
    int moved = heap[--lists];
    int i = 0;
    for (int child = 1; child < lists; child = 2 * i + 1) {
      if (child + 1 < lists && count[heap[child + 1]] < count[heap[child]]) {
        child++;
      }
      if (count[heap[child]] >= count[moved]) {
        break;
      }
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = moved;
  }

  /**
   * Verifies heap and table.
   *
   * @throws IllegalStateException naming the first contradiction
   */
  void checkInvariants() {
    for (int i = 0; i < lists; i++) {
      long number = count[heap[i]];
      if (i > 0 && number <= count[heap[(i - 1) >>> 1]]) {
        throw new IllegalStateException("frequency: count " + number + " is misplaced in the heap");
      }
      if (listOf.find(number) != heap[i]) {
        throw new IllegalStateException("frequency: count " + number + " is lost in the table");
      }
    }
    if (listOf.size() != lists) {
      throw new IllegalStateException(
          "frequency: " + listOf.size() + " of " + lists + " lists found");
    }
  }

  static long heapBytes(int slots) {
    return (Long.BYTES + 4L * Integer.BYTES) * slots;
  }
}
