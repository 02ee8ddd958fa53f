package dev.farsight.api.compute;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;

/**
 * The memory of a cache: {@link #slots()} rows on the device, and two rings of host memory through
 * which rows enter and leave the slots. Only {@link #move} and the steps compiled against this
 * memory touch slots. They run in the order in which they were called: the lane.
 *
 * <p>Rings are plain {@link RowBuffer}s; the caller decides who may write which part of them and
 * when. The row of a slot is undefined until the slot is first loaded.
 */
public interface SlotMemory extends AutoCloseable {

  RowFormat format();

  /** How many slots there are. */
  int slots();

  /** The in-ring: rows on their way to slots. */
  RowBuffer in();

  /** The out-ring: rows evicted from slots. */
  RowBuffer out();

  /**
   * Announces that rows [ringRow, ringRow + rows) of the in-ring are filled and will not change
   * until they are moved. The backend may start to copy them to the device, in parallel with the
   * lane. May be called from any thread; for each row, before its move.
   */
  default void stage(int ringRow, int rows) {}

  /**
   * Moves rows between slots and rings: first all evictions (slots to out-ring), then loads
   * (in-ring to slots) and forwards (out-ring to slots). The ticket is done when the evicted rows
   * can be read in the out-ring and the loaded part of the in-ring may be overwritten. {@code
   * moves} must not change until then. Lane thread only.
   */
  Ticket move(RowMoves moves);

  /** Bytes of device memory held. */
  long deviceBytes();

  @Override
  void close();
}
