package dev.farsight.api.memory;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * Rows of a {@link RowBuffer} that were never written, given by what their values follow from: so a
 * device draws them itself, and the host neither computes nor carries them. As {@link
 * dev.farsight.api.table.InitialRows} has it:
 *
 * <pre>
 * bounds[r] = 0    row r's values are in the buffer
 * bounds[r] > 0    row r is drawn from keys[r] within +-bounds[r];
 *                  its state has the start values of the format
 * </pre>
 *
 * <p>12 bytes a row. As safe for concurrent use as the buffer: on disjoint rows.
 */
public final class RowSeeds {

  private final LongBuffer keys;
  private final FloatBuffer bounds;

  RowSeeds(int rows, HostBuffers buffers) {
    keys = buffers.longs(rows);
    bounds = buffers.floats(rows);
  }

  /** Rows [from, from + rows) are in the buffer, or will be. */
  public void clear(int from, int rows) {
    for (int r = from; r < from + rows; r++) {
      bounds.put(r, 0f);
    }
  }

  /** A row is to be drawn. */
  public void set(int row, long key, float bound) {
    keys.put(row, key);
    bounds.put(row, bound);
  }

  /** By row; use absolute positions only. */
  public LongBuffer keys() {
    return keys;
  }

  /** By row; use absolute positions only. */
  public FloatBuffer bounds() {
    return bounds;
  }
}
