package dev.farsight.engine.cache;

import java.nio.IntBuffer;

/** Knows the slot of each row of a request. */
@FunctionalInterface
public interface RowSlots {

  /**
   * Writes the slots of the rows at the positions {@code [from, to)} of the request to {@code into}
   * at the same positions. From several threads at once.
   */
  void copySlots(int from, int to, IntBuffer into);
}
