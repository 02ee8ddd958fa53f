package dev.farsight.api.model;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;

/** Makes models of one kind, chosen by {@code model.type}. */
public interface ModelFactory {

  /**
   * The name in the configuration: {@code model.type = NAME}; own keys at {@code
   * farsight.model.NAME}.
   */
  String name();

  /**
   * @param model the section {@code farsight.model}: {@code embedding-dim}, {@code bottom-mlp} and
   *     so on
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong or does not fit the data
   */
  Model create(Settings model, BatchSchema schema);
}
