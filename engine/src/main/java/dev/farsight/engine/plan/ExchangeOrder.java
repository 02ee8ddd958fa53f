package dev.farsight.engine.plan;

import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.engine.cache.RowSlots;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * Writes which rows a rank sends in a step, and sorts the gradients that come back by row, in rank
 * order. O(rows sent) a batch; allocates nothing after construction. One thread at a time.
 */
public final class ExchangeOrder {

  private final int ranks;

  /** By owned row: the place of its next gradient. */
  private final int[] next;

  private final int[] sorted;

  public ExchangeOrder(ExchangeShape shape) {
    ranks = shape.ranks();
    next = new int[shape.maxOwnedRows() + 1];
    sorted = new int[shape.maxSentRows() + shape.maxGatheredRows()];
  }

  /**
   * @param slots of the rank's own rows, by request position
   */
  public void write(OwnedRows owned, RowSlots slots, RowExchange target) {
    System.arraycopy(owned.askedStarts(), 0, target.askedStarts(), 0, ranks + 1);
    System.arraycopy(owned.sendStarts(), 0, target.sendStarts(), 0, ranks + 1);
    System.arraycopy(owned.gatherStarts(), 0, target.gatherStarts(), 0, ranks + 1);
    int sent = owned.sendStarts()[ranks];
    int rows = owned.request().count();
    target.sendRows().put(0, owned.sendRows(), 0, sent + owned.keptRows());
    slots.copySlots(0, rows, target.ownedSlots());
    target.owned(rows, owned.request().rows());
    target.samples(owned.firstSample(), owned.divisor());
    sortGradients(owned, sent, rows, target.gradientStarts(), target.gradients());
  }

  /** A stable counting sort. A row is sent or gathered, never both. */
  private void sortGradients(
      OwnedRows owned, int sent, int rows, IntBuffer starts, IntBuffer gradients) {
    int gathered = owned.gatherStarts()[ranks];
    Arrays.fill(next, 0, rows + 1, 0);
    for (int k = 0; k < sent; k++) {
      next[owned.sendRows()[k] + 1]++;
    }
    for (int g = 0; g < gathered; g++) {
      next[owned.gatherRows()[g] + 1]++;
    }
    for (int o = 0; o < rows; o++) {
      next[o + 1] += next[o];
    }
    starts.put(0, next, 0, rows + 1);
    for (int k = 0; k < sent; k++) {
      sorted[next[owned.sendRows()[k]]++] = k;
    }
    for (int g = 0; g < gathered; g++) {
      sorted[next[owned.gatherRows()[g]]++] = sent + g;
    }
    gradients.put(0, sorted, 0, sent + gathered);
  }

  /** Bytes on the heap. */
  public static long heapBytes(ExchangeShape shape) {
    return Integer.BYTES
        * (shape.maxOwnedRows() + 1L + shape.maxSentRows() + shape.maxGatheredRows());
  }
}
