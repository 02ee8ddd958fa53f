package dev.farsight.api.compute;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.table.RowGroups;

/**
 * A model's step, made ready to run against one {@link SlotMemory}. Calls come from the lane thread
 * and run in order with the memory's moves; inputs must stay as they are until the ticket is done.
 *
 * <p>Results are a function of weights and batch alone: not of slot numbers, the number of threads,
 * or timing. Shorter batches than the full one may be given at any time. On the CPU a logit is a
 * function of weights and its sample alone: other samples of the batch, their number and their
 * order change no bit of it. On a GPU that holds among batches for which the same matrix products
 * are chosen, which the backend's documentation states.
 */
public interface CompiledStep extends AutoCloseable {

  /**
   * Forward, loss, gradients and update of dense parameters and, in place on their slots, of rows.
   * Writes the mean loss to {@link StepInput#loss()}: with sample weights w, the sum of w times
   * loss, divided by the sum of w. A step whose loss is not finite updates nothing.
   */
  Ticket train(StepInput input);

  /**
   * Forward only: writes the logits to {@link StepInput#logits()} and, where the batch is labelled,
   * the mean loss to {@link StepInput#loss()}. Changes nothing.
   */
  Ticket evaluate(StepInput input);

  /**
   * Whether {@link #train} finds the order of lookups by row itself: {@link StepInput#rowLookups}
   * is then neither filled nor read. The same for the step's whole life.
   */
  default boolean ordersLookups() {
    return false;
  }

  /**
   * What finds unique rows on the device for this step, which then {@linkplain #ordersLookups
   * orders lookups itself}. To be closed before the step; asked for once, before the first step.
   *
   * @param groups what rows are divided into besides
   * @return null where the host has to find them
   */
  default RowFinder rowFinder(RowGroups groups) {
    return null;
  }

  /** The dense parameters. Not while a step is under way. */
  DenseState dense();

  /** Bytes of device memory held, beside the slots. */
  long deviceBytes();

  @Override
  void close();
}
