package dev.farsight.api.model;

import dev.farsight.api.config.Settings;

/** Creates models of one kind, which {@code model.type} chooses by name. */
public interface ModelFactory {

  /**
   * The name in the configuration: {@code model.type = NAME}. The model's own settings are at
   * {@code farsight.model.NAME}.
   */
  String name();

  /**
   * Checks the settings that can be checked without the schema of the data. Called before data is
   * opened, so that a wrong setting is told at once. What depends on the schema is left to {@link
   * #create}, which reads the same settings.
   *
   * @param model the section {@code farsight.model}
   * @param own the section {@code farsight.model.NAME}
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong
   */
  default void check(Settings model, Settings own) {}

  /**
   * Creates a model for samples of the context's schema.
   *
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong or does not fit the data
   */
  Model create(ModelContext context);

  /**
   * Whether a setting changes what a trained model predicts. One that changes training alone, such
   * as the rate of dropout, may differ where a model is loaded; any other may not.
   *
   * @param key the setting's place in the model's own section
   */
  default boolean changesPredictions(String key) {
    return true;
  }
}
