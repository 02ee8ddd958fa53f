package dev.farsight.cache.lfu;

import java.util.Arrays;

/**
 * First-in-first-out queues of slots, each a chain of chunks of one cache line: what comes and goes
 * at the ends of a queue touches one line for {@value #ROOM} slots, where lists linked through an
 * array by slot would wait for a line each.
 *
 * <p>A slot stands in one queue at most. Every operation costs O(1) a slot. Memory: 4.3 bytes a
 * slot and up to 136 a queue; allocates nothing after construction, except in {@link #grow}.
 */
final class SlotQueues {

  /** Slots of a chunk; what follows them is the position of the next chunk. */
  private static final int ROOM = 15;

  private static final int CHUNK = ROOM + 1;
  private static final int NONE = -1;

  private final int slots;

  /*
   * Positions count ints in all chunks. A queue that is not empty:
   *
   *   head[q]                     tail[q]
   *   | - | - | 7 | 3 | ... | -+-> | 9 | 5 | - | ... | - |
   *                                          the position after the last slot
   */
  private int[] chunks;
  private int[] head;
  private int[] tail;

  private int unused;
  private int free; // chunks given back, chained

  /**
   * @param slots how many there are
   * @param queues how many, numbered from 0
   */
  SlotQueues(int slots, int queues) {
    this.slots = slots;
    chunks = new int[chunks(slots, queues) * CHUNK];
    head = new int[queues];
    tail = new int[queues];
    clear();
  }

  /** A queue wastes less than two chunks, and no chunk in use is empty. */
  private static int chunks(int slots, int queues) {
    return (int) Math.min(slots, slots / ROOM + 2L * queues);
  }

  /** More queues; those that there are keep their slots. */
  void grow(int queues) {
    int old = head.length;
    chunks = Arrays.copyOf(chunks, chunks(slots, queues) * CHUNK);
    head = Arrays.copyOf(head, queues);
    tail = Arrays.copyOf(tail, queues);
    Arrays.fill(tail, old, queues, NONE);
  }

  /** Gives a queue another number, under which there is none. */
  void rename(int queue, int to) {
    head[to] = head[queue];
    tail[to] = tail[queue];
    tail[queue] = NONE;
  }

  void clear() {
    Arrays.fill(tail, NONE);
    unused = 0;
    free = NONE;
  }

  boolean isEmpty(int queue) {
    return tail[queue] == NONE;
  }

  /** Adds a slot behind all others. */
  void addLast(int queue, int slot) {
    int at = tail[queue];
    if (at == NONE) {
      at = newChunk();
      head[queue] = at;
    } else if (at % CHUNK == ROOM) {
      int next = newChunk();
      chunks[at] = next;
      at = next;
    }
    chunks[at] = slot;
    tail[queue] = at + 1;
  }

  /** Adds a slot in front of all others. */
  void addFirst(int queue, int slot) {
    if (tail[queue] == NONE) {
      addLast(queue, slot);
      return;
    }
    int at = head[queue];
    if (at % CHUNK == 0) {
      int before = newChunk();
      chunks[before + ROOM] = at;
      at = before + ROOM;
    }
    chunks[--at] = slot;
    head[queue] = at;
  }

  /**
   * Takes out the first slots, in their order.
   *
   * @param most how many to take, or all if there are fewer
   * @return how many were taken
   */
  int take(int queue, int most, int[] into) {
    int taken = 0;
    while (taken < most && tail[queue] != NONE) {
      int from = head[queue];
      int chunk = from - from % CHUNK;
      boolean last = tail[queue] > from && tail[queue] <= chunk + ROOM;
      int to = last ? tail[queue] : chunk + ROOM;
      int count = Math.min(most - taken, to - from);
      System.arraycopy(chunks, from, into, taken, count);
      taken += count;
      if (from + count < to) {
        head[queue] = from + count;
      } else {
        if (last) {
          tail[queue] = NONE;
        } else {
          head[queue] = chunks[chunk + ROOM];
        }
        giveBack(chunk);
      }
    }
    return taken;
  }

  private int newChunk() {
    if (free == NONE) {
      return CHUNK * unused++;
    }
    int chunk = free;
    free = chunks[chunk];
    return chunk;
  }

  private void giveBack(int chunk) {
    chunks[chunk] = free;
    free = chunk;
  }

  /** Sees a slot. */
  @FunctionalInterface
  interface Visitor<E extends Exception> {

    void slot(int slot) throws E;
  }

  /** Visits a queue's slots, from the first to the last. */
  <E extends Exception> void forEach(int queue, Visitor<E> visitor) throws E {
    if (tail[queue] == NONE) {
      return;
    }
    for (int at = head[queue]; at != tail[queue]; at++) {
      if (at % CHUNK == ROOM) {
        at = chunks[at];
      }
      visitor.slot(chunks[at]);
    }
  }

  /** Bytes on the heap. */
  static long heapBytes(int slots, int queues) {
    return (long) Integer.BYTES * (CHUNK * (long) chunks(slots, queues) + 2L * queues);
  }
}
