package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.RowExchange;
import java.nio.IntBuffer;

/**
 * How rows are cut into shares of about equally many lookups or gradients. A row belongs to one
 * share, so results do not depend on how many there are.
 */
final class RowShares {

  static final int SHARES = 32;

  private RowShares() {}

  /** The first owned row of a share: rows have gradients that arrive, or lookups. */
  static int firstOwned(RowExchange exchange, int share) {
    var gradients = exchange.gradientStarts();
    int rows = exchange.ownedRows();
    if (exchange.bags() == null) {
      return firstRow(gradients, rows, share);
    }
    var lookups = exchange.bags().ownedStarts();
    int low = 0;
    int high = rows;
    long part = ((long) gradients.get(rows) + lookups.get(rows)) * share / SHARES;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if ((long) gradients.get(middle) + lookups.get(middle) < part) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * The first row of a share: that whose lookups start at or after the share's part of all lookups.
   *
   * @param starts of the rows' lookups; entry {@code rows} is how many lookups there are
   * @param share from 0 to {@value #SHARES}, where the last ends
   */
  static int firstRow(IntBuffer starts, int rows, int share) {
    int low = 0;
    int high = rows;
    long part = (long) starts.get(high) * share / SHARES;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (starts.get(middle) < part) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
