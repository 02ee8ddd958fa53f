package dev.farsight.onnx;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import dev.farsight.api.FarsightException;
import dev.farsight.api.export.ExportedModel;
import dev.farsight.api.internal.Quoted;
import java.util.List;

/**
 * What a model says of itself: the section {@code model} of {@code model.json}.
 *
 * @param type {@code model.type}
 * @param denseFeatures the dense columns with their transforms, as the JSON has them
 * @param features in the order of the embeddings
 * @param ops in the order in which they run; op i gives value i
 * @param logits number of the value that is the logit
 * @param maxNorms by table; infinity for a table without a largest norm
 */
record Description(
    String type,
    List<ConfigObject> denseFeatures,
    List<Feature> features,
    List<TapeOp> ops,
    int logits,
    List<Double> maxNorms) {

  /** A feature: a row of the embeddings of a sample. */
  record Feature(String name, String table, String pooling, boolean weighted, double maxNorm) {

    private static Feature of(Config json) {
      return new Feature(
          json.getString("name"),
          json.getString("table"),
          json.getString("pooling"),
          json.getBoolean("weighted"),
          json.hasPath("max_norm") ? json.getDouble("max_norm") : Double.POSITIVE_INFINITY);
    }
  }

  /**
   * Reads the description of a model.
   *
   * @throws FarsightException if the model has none, or one that cannot be read
   */
  static Description of(ExportedModel model) {
    Config json = ConfigFactory.parseMap(model.description(), "model.json");
    if (!json.hasPath("model")) {
      throw new FarsightException(
          "onnx: the model does not describe its ops, as an earlier version of Farsight saved it;"
              + " let training begin with it (model.load), save it again and export that");
    }
    try {
      return of(model, json.getConfig("model"));
    } catch (ConfigException | IllegalArgumentException e) {
      throw new FarsightException(
          "onnx: the description of the model is damaged: "
              + Quoted.of(String.valueOf(e.getMessage())),
          e);
    }
  }

  private static Description of(ExportedModel model, Config json) {
    List<Feature> features = json.getConfigList("features").stream().map(Feature::of).toList();
    List<TapeOp> ops = json.getConfigList("tape.ops").stream().map(TapeOp::new).toList();
    return new Description(
        json.getString("settings.model.type"),
        List.copyOf(json.getObjectList("dense_features")),
        features,
        ops,
        json.getInt("tape.logits"),
        model.tables().tables().stream().map(table -> maxNorm(table.name(), features)).toList());
  }

  private static double maxNorm(String table, List<Feature> features) {
    return features.stream()
        .filter(feature -> feature.table().equals(table))
        .mapToDouble(Feature::maxNorm)
        .findFirst()
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** The largest norm of a table's rows; infinity if it has none. */
  double maxNorm(int table) {
    return maxNorms.get(table);
  }
}
