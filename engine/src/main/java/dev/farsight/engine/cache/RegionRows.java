package dev.farsight.engine.cache;

/**
 * The rows of a request once more, region by region, so that each region reads what is its own
 * alone: memory that another processor has just written is slow to read, and regions plan in
 * parallel. Within a region in the order of the request. Preallocated.
 */
public final class RegionRows {

  private final long[] rows;
  private final int[] occurrences;
  private final int[] positions;
  private final int[] places;
  private final int[] starts;

  RegionRows(int capacity, int regions) {
    rows = new long[capacity];
    occurrences = new int[capacity];
    positions = new int[capacity];
    places = new int[capacity];
    starts = new int[regions + 1];
  }

  /** Row ids. */
  public long[] rows() {
    return rows;
  }

  /** Lookups of each row. */
  public int[] occurrences() {
    return occurrences;
  }

  /** Position of each row in the request. */
  public int[] positions() {
    return positions;
  }

  /** Where each row of the request, by its position there, is among these. */
  public int[] places() {
    return places;
  }

  /** Where each region's rows begin; one entry more than regions. */
  public int[] starts() {
    return starts;
  }

  int regions() {
    return starts.length - 1;
  }
}
