package dev.farsight.serving.model;

import dev.farsight.engine.predict.Predictor;
import dev.farsight.serving.request.ModelInputs;
import dev.farsight.serving.request.RawReader;
import java.util.List;

/** The raw fields of a model, where its source of data can encode them. */
final class RawFields {

  private RawFields() {}

  static ModelInputs inputs(Predictor predictor) {
    return new ModelInputs(predictor.schema(), List.of());
  }

  /** Null if there are no raw fields. */
  static RawReader reader(Predictor predictor, ModelInputs inputs) {
    return null;
  }
}
