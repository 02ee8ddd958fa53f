package dev.farsight.engine.model;

import dev.farsight.engine.metrics.BuildInfo;
import dev.farsight.engine.metrics.LossDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a model has beside its weights.
 *
 * @param updates that the optimizer state has seen
 * @param fitted what its data was found to be like
 * @param description empty for models of earlier versions
 * @param training what is known of the training, as JSON; see {@link #training}
 */
public record ModelFacts(
    OptimizerUpdates updates,
    FittedFolder.Content fitted,
    Optional<ModelDescription> description,
    Map<String, Object> training) {

  /** Of a model of which nothing is known but its weights. */
  public static final ModelFacts NONE =
      new ModelFacts(OptimizerUpdates.NONE, FittedFolder.Content.NONE, Optional.empty(), Map.of());

  /**
   * What is known of a training, as JSON.
   *
   * @param data {@link dev.farsight.api.data.DataSource#contentIdentity}; empty if it is unknown
   * @param lossSha256 SHA-256 of the losses of all steps; null if some are lost
   */
  public static Map<String, Object> training(
      long steps, long samples, String data, String lossSha256) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("steps", steps);
    json.put("samples", samples);
    json.put("commit", BuildInfo.commit());
    json.put("data", data.isEmpty() ? null : data);
    json.put("loss_sha256", lossSha256);
    return json;
  }

  /** The facts of an untrained model. */
  ModelFacts untrained() {
    return new ModelFacts(
        OptimizerUpdates.NONE, fitted, description, training(0, 0, "", LossDigest.OF_NONE));
  }

  /** What {@code model.json} has of the description and the training. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    description.ifPresent(model -> json.put(ModelDescription.KEY, model.map()));
    json.put("training", training);
    return json;
  }
}
