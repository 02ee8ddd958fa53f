package dev.farsight.api.model;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;

/**
 * The arguments with which a model is created.
 *
 * @param model the section {@code farsight.model}; for messages about {@code type} and {@code
 *     embedding-dim}, which are the settings that all models share
 * @param own the section {@code farsight.model.NAME}
 * @param dim floats of a row, {@code model.embedding-dim}
 * @param schema the layout of the samples
 */
public record ModelContext(Settings model, Settings own, int dim, BatchSchema schema) {

  /** Most floats of a row. */
  public static final int MAX_DIM = 4096;

  /**
   * The context of a model in its section of the configuration.
   *
   * @param model the section {@code farsight.model}
   * @param name {@link ModelFactory#name()}
   * @throws dev.farsight.api.config.ConfigException if {@code embedding-dim} is not from 1 to
   *     {@link #MAX_DIM}
   */
  public static ModelContext of(Settings model, String name, BatchSchema schema) {
    return new ModelContext(
        model, model.section(name), model.integer("embedding-dim", 1, MAX_DIM), schema);
  }
}
