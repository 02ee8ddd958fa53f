package dev.farsight.api.model;

/** Creates models of one kind, which {@code model.type} chooses by name. */
public interface ModelFactory {

  /**
   * The name in the configuration: {@code model.type = NAME}. The model's own settings are at
   * {@code farsight.model.NAME}.
   */
  String name();

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
