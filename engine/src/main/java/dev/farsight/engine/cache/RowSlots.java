package dev.farsight.engine.cache;

import java.nio.IntBuffer;

/** The slot of each row of a request. */
@FunctionalInterface
public interface RowSlots {

  /**
   * Writes the slots of the rows at the request positions {@code [from, to)} to {@code target} at
   * the same positions. Called by several threads at once.
   */
  void copySlots(int from, int to, IntBuffer target);
}
