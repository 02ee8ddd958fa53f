package dev.farsight.api.compute;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;

/**
 * The memory of a cache: {@link #slots()} rows on the device and two rings of host memory through
 * which rows come and go. Slots are touched by {@link #move} and by the steps compiled against this
 * memory, all of which run in the order in which they were called: the lane.
 *
 * <p>Rings are plain {@link RowBuffer}s; who may write which part of them when is the caller's
 * affair. Rows of a slot are undefined until first loaded.
 */
public interface SlotMemory extends AutoCloseable {

  RowFormat format();

  int slots();

  /** The in-ring: rows on their way to slots. */
  RowBuffer in();

  /** The out-ring: rows evicted from slots. */
  RowBuffer out();

  /**
   * Rows [from, from + rows) of the in-ring have been filled and will not change until moved; they
   * may start on their way to the device, beside the lane. Any thread; each row before its move.
   */
  default void stage(int from, int rows) {}

  /**
   * Moves rows between slots and rings: all evictions first (slots to out-ring), then loads
   * (in-ring to slots) and forwards (out-ring to slots). The ticket is done when the evicted rows
   * can be read in the out-ring and the loaded part of the in-ring may be overwritten. {@code
   * moves} must stay as it is until then. Lane thread only.
   */
  Ticket move(RowMoves moves);

  /** Bytes of device memory held. */
  long deviceBytes();

  @Override
  void close();
}
