package dev.farsight.bench.stats;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.DataSource;
import dev.farsight.engine.statistics.RowCounts;
import java.util.function.Consumer;

/** Reads a part of the data to the end: here or elsewhere. */
public interface PartCounting {

  /**
   * Counts the training part, or the evaluation part.
   *
   * @param data opened
   * @param counts gets how often each row is looked up; null: nobody wants to know
   * @param first is given the batches in order, from the first on; all of them, or as many as it
   *     says that it wants
   * @return what the samples come to; with raw values, if the source tells them, unless {@code
   *     counts} is null
   */
  PartSummary count(DataSource data, boolean evaluation, RowCounts counts, Batches first);

  /** Who wants the first batches. */
  interface Batches extends Consumer<Batch> {

    /** Whether one more is wanted. */
    boolean wantsMore();
  }
}
