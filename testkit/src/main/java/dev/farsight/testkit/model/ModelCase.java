package dev.farsight.testkit.model;

import dev.farsight.api.data.BatchSchema;

/**
 * A model with some settings, for samples of some layout.
 *
 * @param settings in HOCON, below the model's own section
 */
record ModelCase(String settings, ModelData data) {

  BatchSchema schema() {
    return data.schema();
  }

  @Override
  public String toString() {
    return (settings.isEmpty() ? "defaults" : settings) + " on " + data;
  }
}
