package dev.farsight.engine.cache;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.memory.HostBuffers;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Every row is resident ({@code cache.size = all}): in the slot of its row id, or, with several
 * ranks, in the slot of its number among the rows of its rank. There is no policy and there are no
 * moves. A bit for each row tells whether it is dirty. The rows must be loaded before the first
 * plan.
 */
public final class FullResidency implements Residency {

  /** Rows that a thread locates at a time. */
  private static final int SLICE = 8192;

  /** Words between the sums of two threads, so that they are not in one cache line. */
  private static final int STRIDE = 8;

  private final int slots;
  private final int maxRows;
  private final int maxMoves;

  /** Null if the slot is the row id. */
  private final RowNumbers numbers;

  private final DirtyRows dirty;
  private final Workers workers;
  private long nextPlan;

  // State of the current plan. The task below is created once, so planning allocates nothing.
  private RowRequest request;
  private int[] slotOf;
  private final long[] lookupsByWorker;
  private final Workers.Task locate = this::locate;

  /**
   * @param maxMoves most rows to load or write back at once, while the pipeline is at rest
   */
  public FullResidency(long rows, int maxRows, int maxMoves, Workers workers) {
    if (rows > Integer.MAX_VALUE) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "cache.size = all: %d rows, at most %d slots are possible",
              rows,
              Integer.MAX_VALUE));
    }
    this.slots = (int) rows;
    this.numbers = null;
    this.maxRows = maxRows;
    this.maxMoves = maxMoves;
    this.dirty = new DirtyRows(slots);
    this.workers = workers;
    this.lookupsByWorker = new long[workers.threads() * STRIDE];
  }

  /**
   * The rows that one of several ranks has.
   *
   * @param rows of all ranks
   * @param maxRows most rows of a request
   * @param maxMoves most rows to load or write back at once, while the pipeline is at rest
   */
  public FullResidency(
      long rows, RowOwners owners, int rank, int maxRows, int maxMoves, Workers workers) {
    this.numbers = new RowNumbers(rows, row -> owners.on(rank, row), workers);
    if (numbers.count() > Integer.MAX_VALUE) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "cache.size = all: %d rows on one device, at most %d slots are possible",
              numbers.count(),
              Integer.MAX_VALUE));
    }
    this.slots = (int) numbers.count();
    this.maxRows = maxRows;
    this.maxMoves = maxMoves;
    this.dirty = new DirtyRows(slots);
    this.workers = workers;
    this.lookupsByWorker = new long[workers.threads() * STRIDE];
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public int regions() {
    return 1;
  }

  @Override
  public CachePlan newPlan(HostBuffers buffers) {
    return new CachePlan(maxRows, maxMoves, new int[0], buffers);
  }

  @Override
  public void plan(RowRequest request, CachePlan plan) {
    plan.begin(nextPlan++, request.count());
    this.request = request;
    slotOf = plan.slots;
    Arrays.fill(lookupsByWorker, 0);
    workers.run((request.count() + SLICE - 1) / SLICE, locate);
    plan.uniqueHits = request.count();
    for (long lookups : lookupsByWorker) {
      plan.hits += lookups;
    }
  }

  /** Finds the slots of a slice of the request, and marks them dirty. */
  private void locate(int slice, int worker) {
    long[] rows = request.rows();
    int[] occurrences = request.occurrences();
    int from = slice * SLICE;
    int end = Math.min(from + SLICE, request.count());
    long lookups = 0;
    for (int u = from; u < end; u++) {
      slotOf[u] = (int) (numbers == null ? rows[u] : numbers.numberOf(rows[u]));
      lookups += occurrences[u];
    }
    lookupsByWorker[worker * STRIDE] += lookups;
    if (request.updates()) {
      dirty.add(slotOf, from, end);
    }
  }

  private long rowOf(int slot) {
    return numbers == null ? slot : numbers.rowOf(slot);
  }

  @Override
  public void undo(CachePlan plan) {
    // Rows stay dirty. They are written back once more than needed, which is harmless.
    nextPlan--;
  }

  @Override
  public void announce(long batch, RowRequest request, int[] positions, int count) {
    // No policy to tell.
  }

  @Override
  public int maxNote() {
    return 0;
  }

  @Override
  public long nextPlan() {
    return nextPlan;
  }

  @Override
  public void drained() {
    // No rings to free.
  }

  @Override
  public int collectResident(int fromSlot, int inRows, CachePlan plan) {
    plan.begin(nextPlan, 0);
    int end = fromSlot + Math.min(slots - fromSlot, Math.min(inRows, maxMoves));
    for (int slot = fromSlot; slot < end; slot++) {
      plan.loadRows()[plan.moves().loads()] = rowOf(slot);
      plan.moves().load(slot);
    }
    return end;
  }

  @Override
  public void save(DataOutput out) throws IOException {
    out.writeLong(nextPlan);
  }

  @Override
  public void restore(DataInput in) throws IOException {
    nextPlan = in.readLong();
  }

  @Override
  public int collectDirty(int fromSlot, int outRows, CachePlan plan) {
    plan.begin(nextPlan, 0);
    int maxCollected = Math.min(outRows, maxMoves);
    int slot = dirty.next(fromSlot);
    while (slot >= 0) {
      if (plan.moves().evictions() == maxCollected) {
        return slot;
      }
      plan.writeBackRows()[plan.moves().evictions()] = rowOf(slot);
      plan.moves().evict(slot);
      slot = dirty.next(slot + 1);
    }
    return slots;
  }

  @Override
  public void markClean(CachePlan plan) {
    for (int e = 0; e < plan.moves().evictions(); e++) {
      dirty.remove(plan.moves().evictSlots().get(e));
    }
  }

  @Override
  public void forgetValues() {
    dirty.clear();
  }

  /** Bytes on the heap, of one of several ranks or of the only one. */
  public static long heapBytes(long rows, int ranks) {
    return rows / Byte.SIZE + (ranks == 1 ? 0 : RowNumbers.heapBytes(rows));
  }
}
