package dev.farsight.engine.plan;

import dev.farsight.api.data.Batch;
import dev.farsight.engine.cache.RowRequest;

/** Finds the unique rows of batches, in the order of reading. */
public interface UniqueRowSearch {

  /** Allocates the memory for the unique rows of one batch. */
  UniqueRows newRows();

  /** A batch was read. May start the search. One thread at a time. */
  default void begin(Batch batch, UniqueRows rows) {}

  /**
   * Finds the unique rows of a batch for which {@link #begin} was called. One thread at a time; may
   * be another thread than that of {@code begin}.
   */
  void find(Batch batch, RowRequest.Use use, boolean updates, UniqueRows rows);
}
