package dev.farsight.testkit.cache;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Exact LRU of whole batches by means of the JDK's map in access order: an oracle for LRU, and what
 * other policies should beat. Allocates for every row.
 */
public final class NaiveLru {

  private final Map<Long, Boolean> rows = new LinkedHashMap<>(16, .75f, true);
  private final int slots;

  public NaiveLru(int slots) {
    this.slots = slots;
  }

  /**
   * Plans a batch of at most {@code slots} rows.
   *
   * @return how many of them were resident
   */
  public int run(RowBatch batch) {
    int hits = 0;
    for (long row : batch.rows()) {
      hits += rows.get(row) == null ? 0 : 1;
    }
    // The rows of the batch that are resident were just used, so the eldest are none of them.
    var eldest = rows.keySet().iterator();
    for (int over = rows.size() + batch.size() - hits - slots; over > 0; over--) {
      eldest.next();
      eldest.remove();
    }
    for (long row : batch.rows()) {
      if (!rows.containsKey(row)) { // otherwise, this would count as another use
        rows.put(row, true);
      }
    }
    return hits;
  }

  /** The resident rows. */
  public Set<Long> rows() {
    return Set.copyOf(rows.keySet());
  }
}
