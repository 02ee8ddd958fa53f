package dev.farsight.api.cache;

/**
 * The resident rows that a call to a {@link CachePolicy} is about, in parallel arrays. The first
 * {@link #count} entries are valid. The engine preallocates the batch and reuses it: a policy reads
 * it during the call and keeps no reference.
 *
 * <p>Rows are ordered table by table, and by first lookup in the batch within a table. So the order
 * is a function of the data alone.
 */
public final class SlotBatch {

  /** The next use is unknown: it lies beyond the look-ahead, or there is none. */
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
   * Number of the batch being planned, from 0. In {@link CachePolicy#nextUse}: number of the batch
   * that will use the rows.
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
   * Lookups of each row in the batch; 0 if they were not counted (warm-up, evaluation, evictions,
   * next uses).
   */
  public int[] occurrences() {
    return occurrences;
  }

  /**
   * Number of the next batch that uses each row, or {@link #UNKNOWN} if the look-ahead does not
   * know it.
   */
  public long[] nextUse() {
    return nextUse;
  }

  /**
   * The policy's note on each row, such as its popularity, which is kept while the row is not
   * resident. A note is 0, which means none, until {@link CachePolicy#evicted} writes a number from
   * 1 to {@link PolicyContext#maxNote()}. {@link CachePolicy#admit} finds the note when the row
   * comes back. In other calls notes have no meaning.
   */
  public int[] notes() {
    return notes;
  }

  /** Removes all entries and sets the batch's number and {@link #dirty}. */
  public void begin(long batch, boolean dirty) {
    this.batch = batch;
    this.dirty = dirty;
    count = 0;
  }

  /** Adds a row whose next use is unknown. */
  public void add(int slot, long row, int occurrences) {
    add(slot, row, occurrences, UNKNOWN);
  }

  /** Adds a row. */
  public void add(int slot, long row, int occurrences, long nextUse) {
    slots[count] = slot;
    rows[count] = row;
    this.occurrences[count] = occurrences;
    this.nextUse[count++] = nextUse;
  }

  /** Adds a row that becomes resident or leaves, with its note. */
  public void add(int slot, long row, int occurrences, long nextUse, int note) {
    notes[count] = note;
    add(slot, row, occurrences, nextUse);
  }

  /** Bytes of a batch on the heap. */
  public static long heapBytes(int capacity) {
    return (3L * Integer.BYTES + 2 * Long.BYTES) * capacity;
  }
}
