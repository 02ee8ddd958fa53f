package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.RequestedRows;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.plan.OwnedRows;
import dev.farsight.engine.plan.RowMerge;
import dev.farsight.engine.plan.UniqueRowSearch;
import dev.farsight.engine.plan.UniqueRows;
import java.util.Arrays;

/**
 * The preallocated memory that carries the batches of one rank through the stages. Arrays are used
 * in turn: batch n is at n modulo the length. Two lengths: batches with their unique rows, and
 * plans with their step inputs. The stages' waits ensure that a carrier is free when it is reused.
 */
public final class Carriers {

  private final Batch[] batches;
  private final UniqueRows[] uniqueRows;
  private final CachePlan[] plans;
  private final StepInput[] inputs;

  /** Null if there is one rank. */
  private final OwnedRows[] owned;

  /**
   * @param plans as many as inputs
   * @param search creates the memory for the unique rows of each batch
   * @param merge creates the memory for the rows that all ranks ask of this one; null if there is
   *     one rank
   */
  public Carriers(
      Batch[] batches,
      StepInput[] inputs,
      CachePlan[] plans,
      UniqueRowSearch search,
      RowMerge merge) {
    if (plans.length != inputs.length) {
      throw new IllegalArgumentException("too few carriers");
    }
    this.batches = batches;
    this.inputs = inputs;
    this.plans = plans;
    uniqueRows = new UniqueRows[batches.length];
    Arrays.setAll(uniqueRows, b -> search.newRows());
    owned = merge == null ? null : new OwnedRows[batches.length];
    if (owned != null) {
      Arrays.setAll(owned, b -> merge.newRows());
    }
  }

  /** Number of batches that can be in use at once. */
  int batches() {
    return batches.length;
  }

  /** Number of plans, and of step inputs, that can be in use at once. */
  int plans() {
    return plans.length;
  }

  Batch batch(long n) {
    return batches[(int) (n % batches.length)];
  }

  UniqueRows uniqueRows(long n) {
    return uniqueRows[(int) (n % uniqueRows.length)];
  }

  /** The rows of this rank that all ranks look up; only if there are several. */
  OwnedRows owned(long n) {
    return owned[(int) (n % owned.length)];
  }

  /** What the batch asks of this rank's cache. */
  RequestedRows requested(long n) {
    return owned == null ? uniqueRows(n) : owned(n);
  }

  RowRequest request(long n) {
    return requested(n).request();
  }

  CachePlan plan(long n) {
    return plans[(int) (n % plans.length)];
  }

  StepInput input(long n) {
    return inputs[(int) (n % inputs.length)];
  }
}
