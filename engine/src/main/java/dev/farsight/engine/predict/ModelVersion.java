package dev.farsight.engine.predict;

import dev.farsight.api.data.Batch;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.store.RowReader;
import dev.farsight.engine.checkpoint.DenseValues;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One state of a model, loaded to score: rows and dense parameters that belong together and never
 * change. It is closed once it is {@linkplain #retire retired} and the last batch is scored.
 */
final class ModelVersion {

  /** Set once the version is retired. */
  private static final long RETIRED = 1L << 62;

  private final long number;
  private final RowReader rows;
  private final ScorerPool scorers;

  /** Batches under way, and {@link #RETIRED}. */
  private final AtomicLong uses = new AtomicLong();

  /**
   * @param number the steps that the model was trained
   * @param rows owned by this version from now on
   */
  ModelVersion(long number, ModelShape shape, DenseValues dense, RowReader rows, int scorers) {
    this.number = number;
    this.rows = rows;
    this.scorers = new ScorerPool(shape, dense, scorers);
  }

  long number() {
    return number;
  }

  RowReader rows() {
    return rows;
  }

  /** Begins a use; false if the version is retired, and nothing was begun. */
  boolean begin() {
    if (uses.incrementAndGet() < RETIRED) {
      return true;
    }
    end();
    return false;
  }

  /** Ends a use; the last one of a retired version closes it. */
  void end() {
    if (uses.decrementAndGet() == RETIRED) {
      close();
    }
  }

  /** Scores a batch; only between {@link #begin} and {@link #end}. */
  void score(Batch batch, float[] logits) {
    Scorer scorer = scorers.take();
    try {
      scorer.score(batch, rows, logits);
    } finally {
      scorers.giveBack(scorer);
    }
  }

  /** Closes the version, now or when the batches under way are scored. */
  void retire() {
    if (uses.addAndGet(RETIRED) == RETIRED) {
      close();
    }
  }

  private void close() {
    Closing.all(scorers, rows);
  }
}
