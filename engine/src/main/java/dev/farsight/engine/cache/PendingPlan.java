package dev.farsight.engine.cache;

/**
 * The plan that a region is making: the region's rows of the request, the missing rows with their
 * locations, and the victims. Between {@link Region#choose} and {@link Region#commit} this is the
 * only memory of the plan. Created once for each region and reused, so planning allocates nothing,
 * unless more rows than usual belong to the region: then its memory grows.
 *
 * <p>An index into the region's rows is called an <em>entry</em>. 8 bytes for each row, 4 bytes for
 * each possible victim. One thread at a time. {@link Region} copies the arrays to local variables
 * before its loops over rows.
 */
final class PendingPlan {

  private long[] rows;
  private int[] occurrences;

  /** Request position by entry; null if the entry is the request position. */
  private int[] requestPositions;

  private int firstEntry;
  private int endEntry;

  private int missingRows;
  private int[] missingEntries;
  private int[] missingLocations;

  private int evictions;
  private int[] victims;
  private boolean grown;

  /**
   * @param usualRows rows of a request to have room for at first
   * @param usualVictims victims to have room for at first
   */
  PendingPlan(int usualRows, int usualVictims) {
    allocate(usualRows);
    victims = new int[usualVictims];
  }

  private void allocate(int rows) {
    // separate() writes one entry more than it counts.
    missingEntries = new int[rows + 1];
    missingLocations = new int[rows + 1];
  }

  /**
   * Begins a plan for a request.
   *
   * @param byRegion the request's rows by region, of which those of {@code region} are planned;
   *     null if all rows of the request belong to the region
   */
  void begin(RowRequest request, RegionRows byRegion, int region) {
    if (byRegion == null) {
      rows = request.rows();
      occurrences = request.occurrences();
      requestPositions = null;
      firstEntry = 0;
      endEntry = request.count();
    } else {
      rows = byRegion.rows();
      occurrences = byRegion.occurrences();
      requestPositions = byRegion.requestPositions();
      firstEntry = byRegion.starts()[region];
      endEntry = byRegion.starts()[region + 1];
    }
    missingRows = 0;
    evictions = 0;
    int regionRows = endEntry - firstEntry;
    grown = regionRows >= missingEntries.length;
    if (grown) {
      allocate(regionRows);
    }
  }

  /** Whether the request had more rows of the region than any before. */
  boolean grown() {
    return grown;
  }

  /**
   * Separates the resident rows of a block from its missing rows. There are about as many of each,
   * so a branch would often be mispredicted; this loop has none.
   *
   * @param locations of the block's rows; the locations of resident rows move to the front
   * @param residentOffsets receives the offsets of resident rows from {@code blockStart}; written
   *     to one entry more than rows
   * @return the number of resident rows
   */
  int separate(int blockStart, int blockRows, int[] locations, int[] residentOffsets) {
    int[] entries = missingEntries;
    int[] absentLocations = missingLocations;
    int resident = 0;
    int missing = missingRows;
    for (int b = 0; b < blockRows; b++) {
      int location = locations[b];
      residentOffsets[resident] = b;
      locations[resident] = location;
      entries[missing] = blockStart + b;
      absentLocations[missing] = location;
      resident += 1 - RowLocations.absent(location);
      missing += RowLocations.absent(location);
    }
    missingRows = missing;
    return resident;
  }

  /**
   * Finds the missing rows that the outbox holds: they are forwarded. From then on, only their
   * locations have an out-ring row. Repeated if the outbox gives up rows.
   *
   * @return the number of rows to forward
   */
  int findForwards(RowLocations locations, Outbox outbox) {
    long[] ids = rows;
    int[] entries = missingEntries;
    int[] absentLocations = missingLocations;
    int forwards = 0;
    for (int m = 0; m < missingRows; m++) {
      int location = absentLocations[m];
      int outRow = locations.outRow(location);
      boolean forward = outRow >= 0 && outbox.holds(outRow, ids[entries[m]]);
      absentLocations[m] = forward ? location : locations.withoutOutRow(location);
      forwards += forward ? 1 : 0;
    }
    return forwards;
  }

  /** Sets how many rows must leave. */
  void evictions(int evictions) {
    this.evictions = evictions;
    if (evictions > victims.length) {
      victims = new int[evictions];
    }
  }

  /** How many rows must leave. */
  int evictions() {
    return evictions;
  }

  /** Row ids by entry. */
  long[] rows() {
    return rows;
  }

  /** Lookups of each row by entry. */
  int[] occurrences() {
    return occurrences;
  }

  /** Request position by entry; null if the entry is the request position. */
  int[] requestPositions() {
    return requestPositions;
  }

  int firstEntry() {
    return firstEntry;
  }

  /** The end of the region's entries, exclusive. */
  int endEntry() {
    return endEntry;
  }

  int missingRows() {
    return missingRows;
  }

  /** Entry of each missing row. */
  int[] missingEntries() {
    return missingEntries;
  }

  /** Location of each missing row, see {@link RowLocations}. */
  int[] missingLocations() {
    return missingLocations;
  }

  /** Slots of the rows that leave, numbered within the region. */
  int[] victims() {
    return victims;
  }

  static long heapBytes(int usualRows, int usualVictims) {
    return Integer.BYTES * (2L * (usualRows + 1) + usualVictims);
  }
}
