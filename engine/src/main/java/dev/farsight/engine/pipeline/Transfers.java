package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.RowMoves;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.Residency;
import dev.farsight.engine.cache.RowRequest;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * Moves rows while the pipeline is at rest: fills slots before training, and writes dirty rows to
 * the store after training. Runs on the caller's thread, one rank after the other, and returns when
 * done.
 */
public final class Transfers {

  private final IntConsumer completeWriteBacks;
  private final List<Part> parts;

  /**
   * A rank's cache.
   *
   * @param plan scratch memory; must be free whenever the pipeline is at rest
   */
  public record Part(Residency residency, Lane lane, CachePlan plan) {

    private void fetchAndMove() {
      lane.fetch(plan);
      lane.moveAtRest(plan.moves());
    }
  }

  /**
   * @param completeWriteBacks writes to the store what the out-ring of a rank still holds; see
   *     {@link Pipeline#completeWriteBacks}
   * @param parts by rank
   */
  public Transfers(IntConsumer completeWriteBacks, List<Part> parts) {
    this.completeWriteBacks = completeWriteBacks;
    this.parts = List.copyOf(parts);
  }

  /** Makes the rows of a request resident in the cache of a rank. */
  public void warmUp(int rank, RowRequest request) {
    Part part = parts.get(rank);
    part.residency().plan(request, part.plan());
    part.fetchAndMove();
    part.residency().drained();
  }

  /**
   * Loads every row that a residency holds to be resident. O(slots).
   *
   * @param passed receives how many slots were passed, a request at a time
   */
  public void loadResident(IntConsumer passed) {
    parts.forEach(part -> loadResident(part, passed));
  }

  private static void loadResident(Part part, IntConsumer passed) {
    Residency residency = part.residency();
    for (int slot = 0; slot < residency.slots(); ) {
      int from = slot;
      slot = residency.collectResident(slot, part.lane().memory().in().capacity(), part.plan());
      part.plan().moves().inFrom(0);
      part.fetchAndMove();
      passed.accept(slot - from);
    }
  }

  /**
   * Loads every resident row again after the store has got other rows. What the slots held is
   * forgotten, dirty or not; which rows are resident stays as it is, and so does what policies
   * know. O(slots).
   *
   * @param change gives the store its other rows; if it fails, nothing is forgotten
   */
  public void replaceRows(Runnable change) {
    for (int rank = 0; rank < parts.size(); rank++) {
      completeWriteBacks.accept(rank);
    }
    change.run();
    parts.forEach(part -> part.residency().forgetValues());
    loadResident(slots -> {});
    parts.forEach(part -> part.residency().drained());
  }

  /**
   * Writes every dirty row to the store; the rows stay resident. Rows become clean only once the
   * store has them, so after a failure the next flush writes what this one has not. If the rows of
   * a rank cannot be written, those of the others are all the same. O(slots).
   *
   * @return how many rows were written
   */
  public long flush() {
    long written = 0;
    Throwable failure = null;
    for (int rank = 0; rank < parts.size(); rank++) {
      try {
        written += flush(rank);
      } catch (RuntimeException | Error e) {
        failure = failure == null ? e : withSuppressed(failure, e);
      }
    }
    if (failure instanceof Error e) {
      throw e;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
    return written;
  }

  private static Throwable withSuppressed(Throwable first, Throwable later) {
    if (first != later) {
      first.addSuppressed(later);
    }
    return first;
  }

  /**
   * Describes the rows that only their device has, after a flush that failed: how many, and of
   * which rank. Empty if there is one rank, or if there are no such rows. O(slots).
   */
  public String unsavedRows() {
    return parts.stream()
        .filter(part -> part.lane().watch().name() != null)
        .map(Transfers::unsavedRows)
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining(" and "));
  }

  private static String unsavedRows(Part part) {
    long dirty = 0;
    for (int slot = 0; slot < part.residency().slots(); ) {
      int most = part.lane().memory().out().capacity();
      slot = part.residency().collectDirty(slot, most, part.plan());
      dirty += part.plan().moves().evictions();
    }
    return dirty == 0 ? "" : dirty + " changed rows of " + part.lane().watch().name();
  }

  private long flush(int rank) {
    Part part = parts.get(rank);
    completeWriteBacks.accept(rank);
    Residency residency = part.residency();
    CachePlan plan = part.plan();
    long written = 0;
    int slot = 0;
    while (slot < residency.slots()) {
      slot = residency.collectDirty(slot, part.lane().memory().out().capacity(), plan);
      RowMoves moves = plan.moves();
      moves.outFrom(0);
      part.lane().moveAtRest(moves);
      part.lane().writeBack(plan);
      residency.markClean(plan);
      written += moves.evictions();
    }
    return written;
  }
}
