package dev.farsight.bench.replay;

import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.Pins;
import dev.farsight.api.cache.SlotBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.util.Comparator;
import java.util.TreeSet;

/**
 * LFU as textbooks have it: counts are exact, never age and are lost on eviction; of equal counts,
 * the one reached first goes first. For comparisons only.
 */
final class ExactLfu implements CachePolicy {

  private record Use(int slot, long count, long since) {}

  private final TreeSet<Use> order =
      new TreeSet<>(Comparator.comparingLong(Use::count).thenComparingLong(Use::since));
  private final Use[] uses;
  private long time;

  ExactLfu(int slots) {
    uses = new Use[slots];
  }

  private void count(int slot, long before, int more) {
    if (uses[slot] != null) {
      order.remove(uses[slot]);
    }
    uses[slot] = new Use(slot, before + more, time++);
    order.add(uses[slot]);
  }

  @Override
  public void hit(SlotBatch rows) {
    for (int i = 0; i < rows.count(); i++) {
      int slot = rows.slots()[i];
      count(slot, uses[slot].count(), rows.occurrences()[i]);
    }
  }

  @Override
  public void admit(SlotBatch rows) {
    for (int i = 0; i < rows.count(); i++) {
      count(rows.slots()[i], 0, rows.occurrences()[i]);
    }
  }

  @Override
  public int victims(int count, Pins pins, int[] slots) {
    int found = 0;
    for (Use use : order) {
      if (found == count) {
        break;
      }
      if (!pins.pinned(use.slot())) {
        slots[found++] = use.slot();
      }
    }
    return found;
  }

  @Override
  public void evicted(SlotBatch rows) {
    for (int i = 0; i < rows.count(); i++) {
      order.remove(uses[rows.slots()[i]]);
      uses[rows.slots()[i]] = null;
    }
  }

  @Override
  public void reset() {
    order.clear();
    java.util.Arrays.fill(uses, null);
    time = 0;
  }

  @Override
  public void save(DataOutput out) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void restore(DataInput in) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void checkInvariants() {}
}
