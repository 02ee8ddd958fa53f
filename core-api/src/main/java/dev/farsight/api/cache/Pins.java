package dev.farsight.api.cache;

/** Which slots the batch being planned uses. */
@FunctionalInterface
public interface Pins {

  /** Whether a slot is pinned and so no victim. O(1). */
  boolean pinned(int slot);
}
