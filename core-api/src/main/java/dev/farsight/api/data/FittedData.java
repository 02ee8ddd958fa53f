package dev.farsight.api.data;

import java.nio.file.Path;

/**
 * What a source found out from the training part of earlier data, and {@linkplain
 * DataSource#saveFitted saved}: the mean of a column, the values seen often. A model is trained for
 * it, so whoever goes on from the model, evaluates it or serves it opens the data with it.
 *
 * @param folder the folder that {@link DataSource#saveFitted} wrote; the source only reads it
 * @param extend whether the training part may add to it, such as values seen often for the first
 *     time. What is there already stays
 */
public record FittedData(Path folder, boolean extend) {}
