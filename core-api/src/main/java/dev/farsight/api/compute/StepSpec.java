package dev.farsight.api.compute;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.RowFormat;

/**
 * The fixed shapes of a step.
 *
 * @param schema the layout of samples
 * @param batchSize samples of a full batch
 * @param maxUniqueRows the largest number of unique rows that a batch can have
 * @param format the layout of a row; {@code format.dim()} is the embedding dimension
 * @param optimizer how parameters are updated
 */
public record StepSpec(
    BatchSchema schema,
    int batchSize,
    int maxUniqueRows,
    RowFormat format,
    OptimizerSpec optimizer) {}
