package dev.farsight.api.compute;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.RowColumns;
import dev.farsight.api.table.RowFormat;

/**
 * The fixed shapes of a step.
 *
 * @param schema the layout of samples
 * @param batchSize samples of a full batch
 * @param maxUniqueRows the largest number of unique rows that a batch can have
 * @param format the layout of a whole row; {@code format.dim()} is the embedding dimension
 * @param optimizer how parameters are updated
 * @param maxNorms the largest norms of rows, by table
 * @param seed of what a step draws: dropout, and the rounding of rows of 16 bits
 * @param exchange the largest sizes of what several ranks send each other; null if there is one
 *     rank. With several ranks, {@code batchSize} and {@code maxUniqueRows} are those of each
 */
public record StepSpec(
    BatchSchema schema,
    int batchSize,
    int maxUniqueRows,
    RowFormat format,
    OptimizerSpec optimizer,
    MaxNorms maxNorms,
    long seed,
    ExchangeShape exchange) {

  public StepSpec {
    if (maxNorms.tables() != schema.tables().size()) {
      throw new IllegalArgumentException(
          maxNorms.tables() + " largest norms for " + schema.tables().size() + " tables");
    }
    if (maxNorms.any() && optimizer.freezeRows()) {
      throw new IllegalArgumentException("frozen rows cannot have a largest norm");
    }
  }

  /** The layout of what a slot holds: a row, or this rank's columns of one. */
  public RowFormat slotFormat() {
    return exchange != null && exchange.columns()
        ? RowColumns.format(format, exchange.ranks())
        : format;
  }

  /** A step of one rank. */
  public StepSpec(
      BatchSchema schema,
      int batchSize,
      int maxUniqueRows,
      RowFormat format,
      OptimizerSpec optimizer,
      MaxNorms maxNorms,
      long seed) {
    this(schema, batchSize, maxUniqueRows, format, optimizer, maxNorms, seed, null);
  }

  /** A step that draws nothing. */
  public StepSpec(
      BatchSchema schema,
      int batchSize,
      int maxUniqueRows,
      RowFormat format,
      OptimizerSpec optimizer,
      MaxNorms maxNorms) {
    this(schema, batchSize, maxUniqueRows, format, optimizer, maxNorms, 0);
  }

  /** A step without largest norms, that draws nothing. */
  public StepSpec(
      BatchSchema schema,
      int batchSize,
      int maxUniqueRows,
      RowFormat format,
      OptimizerSpec optimizer) {
    this(
        schema, batchSize, maxUniqueRows, format, optimizer, MaxNorms.none(schema.tables().size()));
  }
}
