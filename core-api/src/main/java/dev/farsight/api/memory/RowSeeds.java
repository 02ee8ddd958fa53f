package dev.farsight.api.memory;

import dev.farsight.api.table.Draw;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * Seeds of the rows of a {@link RowBuffer} that were never written. A device draws such a row from
 * its seed, so the host neither computes nor copies the row. The formulas are in {@link
 * dev.farsight.api.table.InitialRows}:
 *
 * <pre>
 * scales[r] = 0    row r's values are in the buffer
 * scales[r] > 0    row r is drawn from keys[r], uniform in +-scales[r]
 * scales[r] &lt; 0    row r is drawn from keys[r], normal with standard deviation -scales[r]
 * </pre>
 *
 * <p>The state of a row that is drawn has the start values of the format. 12 bytes per row. Like
 * the buffer, safe for concurrent use on disjoint rows.
 */
public final class RowSeeds {

  private final LongBuffer keys;
  private final FloatBuffer scales;

  RowSeeds(int rows, HostBuffers buffers) {
    keys = buffers.longs(rows);
    scales = buffers.floats(rows);
  }

  /**
   * Clears the seeds of rows [firstRow, firstRow + rows): their values are in the buffer, or will
   * be.
   */
  public void clear(int firstRow, int rows) {
    for (int r = firstRow; r < firstRow + rows; r++) {
      scales.put(r, 0f);
    }
  }

  /** Sets the seed of a row that is to be drawn from {@code key}. */
  public void set(int row, long key, Draw draw) {
    keys.put(row, key);
    scales.put(row, draw.law() == Draw.Law.NORMAL ? -draw.scale() : draw.scale());
  }

  /** Keys by row; use absolute positions only. */
  public LongBuffer keys() {
    return keys;
  }

  /** Scales by row, 0 for a row without a seed; use absolute positions only. */
  public FloatBuffer scales() {
    return scales;
  }
}
