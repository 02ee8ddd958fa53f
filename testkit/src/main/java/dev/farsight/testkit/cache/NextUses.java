package dev.farsight.testkit.cache;

import dev.farsight.api.cache.SlotBatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Naive look-ahead over a list of batches: which later uses of a row are known when a batch is
 * planned. Batches are numbered from {@code first}.
 */
final class NextUses {

  private final List<RowBatch> batches;
  private final long first;
  private final int lookAhead;
  private final Map<Long, TreeSet<Long>> known = new HashMap<>();
  private int read;

  /**
   * @param lookAhead batches known beyond the one being planned
   */
  NextUses(List<RowBatch> batches, long first, int lookAhead) {
    this.batches = batches;
    this.first = first;
    this.lookAhead = lookAhead;
  }

  /** What to do with a row whose next use has just become known. */
  @FunctionalInterface
  interface Found {

    void use(long row, long batch);
  }

  /** Reads ahead of batch {@code position}; tells of rows of which no use was known before. */
  void readAhead(int position, Found found) {
    for (; read < batches.size() && read <= position + lookAhead; read++) {
      for (long row : batches.get(read).rows()) {
        var uses = known.computeIfAbsent(row, r -> new TreeSet<>());
        if (uses.isEmpty() && read > position) {
          found.use(row, first + read);
        }
        uses.add(first + read);
      }
    }
  }

  /** The first known use of a row after batch {@code number}. */
  long after(long row, long number) {
    var uses = known.get(row);
    Long next = uses == null ? null : uses.higher(number);
    return next == null ? SlotBatch.UNKNOWN : next;
  }

  /** Forgets the uses of a batch that has been planned. */
  void planned(int position) {
    for (long row : batches.get(position).rows()) {
      var uses = known.get(row);
      uses.remove(first + position);
      if (uses.isEmpty()) {
        known.remove(row);
      }
    }
  }
}
