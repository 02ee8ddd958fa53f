package dev.farsight.api.compute;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.data.Batch;

/**
 * Finds the unique rows of batches on the device, well before the steps that train on those
 * batches. A host with a fast device has no cores to spare for this work. The result is the same as
 * the host's: unique rows table by table, each table's in the order of first lookup.
 *
 * <p>A {@linkplain CompiledStep#rowFinder step} creates the finder, for its own inputs. One thread
 * at a time may use it, not necessarily the lane thread.
 */
public interface RowFinder extends AutoCloseable {

  /**
   * Allocates room for the unique rows of one batch. Called at the start, once for each batch that
   * is read ahead.
   */
  FoundRows room();

  /**
   * Starts the search. The ticket is done when {@code target} is filled. The batch's indices and
   * offsets may change as soon as this call returns. Nobody, including a step, may still need the
   * earlier content of {@code target}.
   *
   * @param target created by {@link #room} of this finder
   */
  Ticket find(Batch batch, FoundRows target);

  @Override
  void close();
}
