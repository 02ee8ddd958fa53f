package dev.farsight.api.model;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;

/** Creates models of one kind, which {@code model.type} chooses by name. */
public interface ModelFactory {

  /**
   * The name in the configuration: {@code model.type = NAME}. The model's own settings are at
   * {@code farsight.model.NAME}.
   */
  String name();

  /**
   * Creates a model for samples of {@code schema}.
   *
   * @param model the section {@code farsight.model}: {@code embedding-dim}, which all models share,
   *     and the model's own section
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong or does not fit the data
   */
  Model create(Settings model, BatchSchema schema);
}
