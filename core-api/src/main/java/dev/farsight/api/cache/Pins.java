package dev.farsight.api.cache;

/** Tells which slots are pinned, because the batch being planned uses them. */
@FunctionalInterface
public interface Pins {

  /** Whether a slot is pinned and so cannot be a victim. O(1). */
  boolean pinned(int slot);
}
