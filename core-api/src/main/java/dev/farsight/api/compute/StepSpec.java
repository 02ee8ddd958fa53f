package dev.farsight.api.compute;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.RowFormat;

/**
 * The fixed shapes of a step.
 *
 * @param schema what samples look like
 * @param batchSize samples of a full batch
 * @param maxUniqueRows most unique rows that a batch can have
 * @param format what a row consists of; {@code format.dim()} is the embedding dimension
 * @param optimizer how parameters are updated
 */
public record StepSpec(
    BatchSchema schema,
    int batchSize,
    int maxUniqueRows,
    RowFormat format,
    OptimizerSpec optimizer) {}
