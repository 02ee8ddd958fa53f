package dev.farsight.engine.cache;

/**
 * A copy of a request's rows, sorted by region. Within a region, rows keep the order of the
 * request. With the copy, each region reads only its own memory: regions plan in parallel, and
 * memory that another core has just written is slow to read. Preallocated.
 *
 * <p>An index into the sorted rows is called a <em>region position</em>.
 */
public final class RegionRows {

  private final long[] rows;
  private final int[] occurrences;
  private final int[] requestPositions;
  private final int[] regionPositions;
  private final int[] starts;

  RegionRows(int capacity, int regions) {
    rows = new long[capacity];
    occurrences = new int[capacity];
    requestPositions = new int[capacity];
    regionPositions = new int[capacity];
    starts = new int[regions + 1];
  }

  private RegionRows(long[] rows, int[] occurrences, int[] starts) {
    this.rows = rows;
    this.occurrences = occurrences;
    this.starts = starts;
    requestPositions = null;
    regionPositions = null;
  }

  /**
   * Rows that another process has sorted: there is no request here whose positions they have.
   *
   * @param starts of the regions in the arrays; one entry more than regions
   */
  public static RegionRows received(long[] rows, int[] occurrences, int[] starts) {
    return new RegionRows(rows, occurrences, starts);
  }

  /** Row ids, by region position. */
  public long[] rows() {
    return rows;
  }

  /** Lookups of each row, by region position. */
  public int[] occurrences() {
    return occurrences;
  }

  /** Position of each row in the request, by region position. */
  public int[] requestPositions() {
    return requestPositions;
  }

  /** Region position of each row, by position in the request. */
  public int[] regionPositions() {
    return regionPositions;
  }

  /** The first region position of each region; one entry more than regions. */
  public int[] starts() {
    return starts;
  }

  int regions() {
    return starts.length - 1;
  }

  static long heapBytes(int capacity) {
    return (Long.BYTES + 3L * Integer.BYTES) * capacity;
  }
}
