package dev.farsight.api.compute;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.table.RowGroups;

/**
 * A model's step, compiled to run against one {@link SlotMemory}. Calls come from the lane thread
 * and run in order with the moves of that memory. An input must not change until the ticket of its
 * call is done.
 *
 * <p>Results are a function of the weights and the batch alone, not of slot numbers, the number of
 * threads or timing. Any batch may be shorter than a full one. On the CPU, a logit is a function of
 * the weights and its own sample alone: the other samples of the batch, their number and their
 * order do not change a bit of it. On a GPU, this holds among batches for which the backend chooses
 * the same matrix products; the backend's documentation states which batches those are.
 */
public interface CompiledStep extends AutoCloseable {

  /**
   * Runs forward, loss, gradients and the update of dense parameters and rows; rows are updated in
   * place in their slots. Writes the mean loss to {@link StepInput#loss()}: with sample weights w,
   * the sum of w times loss, divided by the sum of w.
   *
   * <p>If the loss is not finite, the step updates nothing, and neither does any later one until
   * {@link #resume}. A caller may give a device several steps before it sees the loss of the first;
   * what is kept is the state before the step that failed.
   */
  Ticket train(StepInput input);

  /**
   * Runs forward only. Writes the logits to {@link StepInput#logits()} and, if the batch is
   * labelled, the mean loss to {@link StepInput#loss()}. Updates nothing.
   */
  Ticket evaluate(StepInput input);

  /**
   * Steps given from now on update again after a loss that was not finite. The caller has awaited
   * the tickets of all earlier steps. Without such a loss, this does nothing.
   */
  void resume();

  /**
   * Whether {@link #train} orders the lookups by row itself. If it does, {@link
   * StepInput#rowLookups} is neither filled nor read. The answer never changes.
   */
  default boolean ordersLookups() {
    return false;
  }

  /**
   * Creates a finder of unique rows on the device for this step. A step that has a finder
   * {@linkplain #ordersLookups orders lookups itself}. The caller asks once, before the first step,
   * and closes the finder before this step.
   *
   * @param groups the groups into which the finder also divides the unique rows
   * @return the finder, or null if the host has to find unique rows
   */
  default RowFinder rowFinder(RowGroups groups) {
    return null;
  }

  /** The dense parameters. They must not be used while a step is under way. */
  DenseState dense();

  /** Bytes of device memory held, without the slots. */
  long deviceBytes();

  @Override
  void close();
}
