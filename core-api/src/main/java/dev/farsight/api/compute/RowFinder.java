package dev.farsight.api.compute;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.data.Batch;

/**
 * Finds the unique rows of batches on the device, well before the steps that train on them: work
 * that a host with a fast device has no cores for. What it finds is what the host would: unique
 * rows table by table, each table's in the order of first lookup.
 *
 * <p>Made by a {@linkplain CompiledStep#rowFinder step}, for that step's inputs. One thread at a
 * time, which may be another than the lane's.
 */
public interface RowFinder extends AutoCloseable {

  /** Room for what is found of one batch; at the start, as many as batches are read ahead. */
  FoundRows room();

  /**
   * Starts the search. The ticket is done when {@code into} is filled; the batch's indices may
   * change as soon as this returns. What was found before in {@code into} must be needed no more,
   * by a step either.
   *
   * @param into of {@link #room} of this finder
   */
  Ticket find(Batch batch, FoundRows into);

  @Override
  void close();
}
