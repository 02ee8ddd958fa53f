package dev.farsight.api.memory;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * Seeds of the rows of a {@link RowBuffer} that were never written. A device draws such a row from
 * its seed, so the host neither computes nor copies the row. The formulas are in {@link
 * dev.farsight.api.table.InitialRows}:
 *
 * <pre>
 * bounds[r] = 0    row r's values are in the buffer
 * bounds[r] > 0    row r is drawn from keys[r] within +-bounds[r];
 *                  its state has the start values of the format
 * </pre>
 *
 * <p>12 bytes per row. Like the buffer, safe for concurrent use on disjoint rows.
 */
public final class RowSeeds {

  private final LongBuffer keys;
  private final FloatBuffer bounds;

  RowSeeds(int rows, HostBuffers buffers) {
    keys = buffers.longs(rows);
    bounds = buffers.floats(rows);
  }

  /**
   * Clears the seeds of rows [firstRow, firstRow + rows): their values are in the buffer, or will
   * be.
   */
  public void clear(int firstRow, int rows) {
    for (int r = firstRow; r < firstRow + rows; r++) {
      bounds.put(r, 0f);
    }
  }

  /** Sets the seed of a row that is to be drawn from {@code key} within +-{@code bound}. */
  public void set(int row, long key, float bound) {
    keys.put(row, key);
    bounds.put(row, bound);
  }

  /** Keys by row; use absolute positions only. */
  public LongBuffer keys() {
    return keys;
  }

  /** Bounds by row, 0 for a row without a seed; use absolute positions only. */
  public FloatBuffer bounds() {
    return bounds;
  }
}
