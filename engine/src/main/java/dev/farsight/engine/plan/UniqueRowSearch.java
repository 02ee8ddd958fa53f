package dev.farsight.engine.plan;

import dev.farsight.api.data.Batch;
import dev.farsight.engine.cache.RowRequest;

/** Finds the unique rows of batches, in the order in which they were read. */
public interface UniqueRowSearch {

  /** Room for the unique rows of one batch. */
  UniqueRows newRows();

  /** A batch has been read: may start the search. One thread at a time. */
  default void begin(Batch batch, UniqueRows rows) {}

  /**
   * Finds the unique rows of a batch that was begun. One thread at a time, which may be another.
   */
  void find(Batch batch, RowRequest.Use use, boolean updates, UniqueRows rows);
}
