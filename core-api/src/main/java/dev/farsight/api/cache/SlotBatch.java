package dev.farsight.api.cache;

/**
 * Resident rows that something happens to, as parallel arrays of which the first {@link #count}
 * entries count. Preallocated by the engine and reused: a policy reads it during the call and keeps
 * no reference.
 *
 * <p>Rows come in the order of their first lookup in the batch, table by table, so the order is a
 * function of the data alone.
 */
public final class SlotBatch {

  /** The next use of a row is not known: it lies beyond the look-ahead, or there is none. */
  public static final long UNKNOWN = Long.MAX_VALUE;

  private final int[] slots;
  private final long[] rows;
  private final int[] occurrences;
  private final long[] nextUse;
  private final int[] notes;
  private int count;
  private long batch;
  private boolean dirty;

  public SlotBatch(int capacity) {
    slots = new int[capacity];
    rows = new long[capacity];
    occurrences = new int[capacity];
    nextUse = new long[capacity];
    notes = new int[capacity];
  }

  /** How many entries there are. */
  public int count() {
    return count;
  }

  /**
   * Number of the batch being planned, from 0; with next uses, of the batch that will use the rows.
   */
  public long batch() {
    return batch;
  }

  /**
   * Whether the batch updates its rows: true in training, unless rows are frozen; false in
   * evaluation and warm-up.
   */
  public boolean dirty() {
    return dirty;
  }

  /** The rows' slots. */
  public int[] slots() {
    return slots;
  }

  /** The rows' ids. */
  public long[] rows() {
    return rows;
  }

  /**
   * Lookups of each row in the batch; 0 where none was counted (warm-up, evaluation, evictions,
   * next uses).
   */
  public int[] occurrences() {
    return occurrences;
  }

  /**
   * Number of the next batch that uses the row, where the look-ahead knows it, or {@link #UNKNOWN}.
   */
  public long[] nextUse() {
    return nextUse;
  }

  /**
   * What the policy wants remembered of each row while it is away, such as how popular it was: 0,
   * which is nothing, until {@link CachePolicy#evicted} writes something else, from 1 to {@link
   * PolicyContext#mostNote()}; {@link CachePolicy#admit} finds it when the row comes back. Of no
   * meaning in other calls.
   */
  public int[] notes() {
    return notes;
  }

  /** Starts anew for a batch. */
  public void begin(long batch, boolean dirty) {
    this.batch = batch;
    this.dirty = dirty;
    count = 0;
  }

  /** Adds a row whose next use is not known. */
  public void add(int slot, long row, int occurrences) {
    add(slot, row, occurrences, UNKNOWN);
  }

  public void add(int slot, long row, int occurrences, long nextUse) {
    slots[count] = slot;
    rows[count] = row;
    this.occurrences[count] = occurrences;
    this.nextUse[count++] = nextUse;
  }

  /** Adds a row that comes or leaves, with what is noted of it. */
  public void add(int slot, long row, int occurrences, long nextUse, int note) {
    notes[count] = note;
    add(slot, row, occurrences, nextUse);
  }
}
