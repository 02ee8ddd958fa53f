package dev.farsight.compute.jcuda;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Stretches of a ring whose copies are under way, each with the event that ends it. There are as
 * many as plans that run ahead of the lane, however many these are. A call costs O(stretches);
 * allocates only if there are more stretches than ever before. One thread at a time.
 *
 * @param <E> an event; used again when its stretch has been taken
 */
final class Stretches<E> {

  /** Rows [from, from + rows). */
  private static final class Stretch<E> {
    private final E event;
    private int from;
    private int rows;

    Stretch(E event) {
      this.event = event;
    }

    private boolean overlaps(int otherFrom, int otherRows) {
      return from < otherFrom + otherRows && otherFrom < from + rows;
    }
  }

  private final Supplier<E> newEvent;

  /** The first {@link #count} are under way, the others free. */
  private final List<Stretch<E>> stretches = new ArrayList<>();

  private int count;

  Stretches(Supplier<E> newEvent) {
    this.newEvent = newEvent;
  }

  /**
   * Adds a stretch of at least one row. Others that it overlaps are dropped: nobody will take them,
   * because the plan that they were for was undone.
   *
   * @return the event to record
   */
  E add(int from, int rows) {
    for (int s = count - 1; s >= 0; s--) {
      if (stretches.get(s).overlaps(from, rows)) {
        remove(s);
      }
    }
    if (count == stretches.size()) {
      stretches.add(new Stretch<>(newEvent.get()));
    }
    Stretch<E> added = stretches.get(count++);
    added.from = from;
    added.rows = rows;
    return added.event;
  }

  /** Takes a stretch out; returns its event, or null if it was not added. */
  E take(int from, int rows) {
    for (int s = 0; s < count; s++) {
      Stretch<E> stretch = stretches.get(s);
      if (stretch.from == from && stretch.rows == rows) {
        remove(s);
        return stretch.event;
      }
    }
    return null;
  }

  private void remove(int s) {
    Stretch<E> removed = stretches.get(s);
    stretches.set(s, stretches.get(--count));
    stretches.set(count, removed);
  }

  /** Visits all events that there are, used or free. */
  void forEachEvent(Consumer<E> visitor) {
    stretches.forEach(stretch -> visitor.accept(stretch.event));
  }
}
