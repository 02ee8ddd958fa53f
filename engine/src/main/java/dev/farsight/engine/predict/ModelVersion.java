package dev.farsight.engine.predict;

import dev.farsight.api.data.Batch;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.store.RowReader;
import java.util.Optional;

/**
 * One state of a model, loaded to score: rows and dense parameters that belong together and never
 * change. Whoever has {@linkplain Predictor#acquire acquired} it may score any number of batches,
 * from any number of threads, until it is closed; meanwhile it stays, even if the predictor goes on
 * to another version.
 */
public final class ModelVersion implements AutoCloseable {

  private final long number;
  private final ModelShape shape;
  private final RowReader rows;
  private final ScorerPool scorers;
  private final SpareScorers spares;

  /** Null if rows are as they were trained. */
  private PrecisionLoss loss;

  private final Uses uses = new Uses(this::free);

  /**
   * @param number the steps that the model was trained
   * @param rows owned by this version from now on
   * @param scorers with the version's dense parameters
   * @param spares to which the scorers go in the end
   */
  ModelVersion(
      long number, ModelShape shape, RowReader rows, ScorerPool scorers, SpareScorers spares) {
    this.number = number;
    this.shape = shape;
    this.rows = rows;
    this.scorers = scorers;
    this.spares = spares;
  }

  /** The steps that the model was trained. */
  public long number() {
    return number;
  }

  /** How many batches are scored at the same time. */
  int scorers() {
    return scorers.size();
  }

  RowReader rows() {
    return rows;
  }

  /** Measures what packing cost, against the rows as they were trained. */
  void compareWith(RowReader exact, RowPacking packing) {
    Scorer scorer = scorers.take();
    try {
      loss = PrecisionLoss.measure(packing, scorer, shape.schema(), exact, rows);
    } finally {
      scorers.giveBack(scorer);
    }
  }

  /** Takes over what packing cost from the version that has most of the rows. */
  void lossOf(ModelVersion earlier) {
    loss = earlier.loss;
  }

  /** What packing cost; empty if it changed nothing. */
  Optional<PrecisionLoss> loss() {
    return Optional.ofNullable(loss);
  }

  /** Begins a use; false if the version is retired, and nothing was begun. */
  boolean begin() {
    return uses.begin();
  }

  /** Ends a use. */
  @Override
  public void close() {
    uses.end();
  }

  /**
   * Computes the logits of the samples of a batch.
   *
   * @param batch made by {@link Predictor#newBatch}, or of data that has the same features
   * @param logits receives the logit of sample s at position s
   */
  public void logits(Batch batch, float[] logits) {
    if (!shape.takes(batch.schema())) {
      throw new IllegalArgumentException(
          "the batch is one of another predictor; make it with newBatch()");
    }
    if (batch.samples() > shape.step().batchSize()) {
      throw new IllegalArgumentException(
          batch.samples() + " samples, and serving.batch.size is " + shape.step().batchSize());
    }
    if (logits.length < batch.samples()) {
      throw new IllegalArgumentException(
          batch.samples() + " samples, but room for " + logits.length + " scores");
    }
    Scorer scorer = scorers.take();
    try {
      scorer.score(batch, rows, logits);
    } finally {
      scorers.giveBack(scorer);
    }
  }

  /** Scores a batch with each scorer, all of which must be free. */
  void warm(Batch batch, float[] logits) {
    scorers.forEach(scorer -> scorer.score(batch, rows, logits));
  }

  /** Frees the version, now or when its last use has ended. */
  void retire() {
    uses.retire();
  }

  private void free() {
    Closing.all(() -> spares.giveBack(scorers), rows);
  }
}
