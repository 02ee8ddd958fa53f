package dev.farsight.engine.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DenseFeature;
import dev.farsight.api.data.Feature;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.model.Tape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What predictions depend on beside the weights: the section {@code model} of {@code model.json}
 * and of checkpoints. Immutable.
 *
 * <pre>
 * {"settings": {"data": {...}, "model": {...}, "optimizer": {...}, ...},
 *  "dense_width": 13,
 *  "dense_features": [{"name": "I1", "transforms": [{"type": "log"}]}, ...],
 *  "features": [{"name": "C1", "table": "C1", "min_lookups": 1, "max_lookups": 1, "pooling": "sum", "weighted": false, "max_norm": null}, ...],
 *  "tape": {"ops": [...], "logits": 9}}
 * </pre>
 *
 * @param json that section
 */
public record ModelDescription(Config json) {

  /** Where the description is, in {@code model.json} and in checkpoints. */
  public static final String KEY = "model";

  private static final String FEATURES = "features";

  /** Checks what is read later. */
  public ModelDescription {
    ModelSettings.of(json.getConfig("settings"));
    json.getInt("dense_width");
    json.getConfigList(FEATURES).forEach(feature -> feature.getString("name"));
    json.getConfigList("tape.ops").forEach(op -> op.getString("op"));
    json.getInt("tape.logits");
  }

  /**
   * Describes the model of a run.
   *
   * @param farsight the section {@code farsight}, with the section {@code data} of what the data
   *     was made from
   */
  public static ModelDescription of(
      Config farsight, DataSource data, MaxNorms maxNorms, Tape tape) {
    BatchSchema schema = data.schema();
    var features = new ArrayList<Map<String, Object>>();
    for (Feature feature : schema.features()) {
      float norm = maxNorms.ofTable(feature.table());
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("name", feature.name());
      json.put("table", schema.tables().get(feature.table()).name());
      json.put("min_lookups", feature.minLookups());
      json.put("max_lookups", feature.maxLookups());
      json.put("pooling", feature.pooling().configName());
      json.put("weighted", feature.weighted());
      json.put("max_norm", Float.isInfinite(norm) ? null : (Object) (double) norm);
      features.add(json);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("settings", ModelSettings.of(farsight).root().unwrapped());
    json.put("dense_width", schema.denseWidth());
    json.put("dense_features", data.denseFeatures().stream().map(ModelDescription::map).toList());
    json.put(FEATURES, features);
    json.put("tape", TapeJson.of(tape));
    return new ModelDescription(ConfigFactory.parseMap(Map.of(KEY, json)).getConfig(KEY));
  }

  private static Map<String, Object> map(DenseFeature feature) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", feature.name());
    json.put("transforms", feature.transforms());
    return json;
  }

  /** The JSON of models and checkpoints. */
  public Map<String, Object> map() {
    return json.root().unwrapped();
  }

  /** The settings of the model, as a section {@code farsight}. */
  Config settings() {
    return ModelSettings.of(json.getConfig("settings"));
  }

  /**
   * Checks that the data has the model's features, and that the model consists of the same ops,
   * with settings that are the same: plugins may have changed.
   *
   * @throws ConfigException if not
   */
  void requireSame(String model, ModelDescription current) {
    var differences = new ArrayList<String>();
    add(differences, "dense_width", of(json, "dense_width"), of(current.json, "dense_width"));
    compare(differences, "feature", FEATURES, "name", current);
    compare(differences, "op", "tape.ops", "op", current);
    add(differences, "tape.logits", of(json, "tape.logits"), of(current.json, "tape.logits"));
    if (!differences.isEmpty()) {
      throw new ConfigException(
          model
              + ": the model has other features or ops than the data and the plugins give now: "
              + String.join("; ", differences));
    }
  }

  private void compare(
      List<String> differences, String what, String list, String name, ModelDescription current) {
    List<? extends ConfigObject> was = json.getObjectList(list);
    List<? extends ConfigObject> is = current.json.getObjectList(list);
    if (was.size() != is.size()) {
      differences.add("%ss were %d, are %d".formatted(what, was.size(), is.size()));
      return;
    }
    for (int i = 0; i < was.size(); i++) {
      ConfigObject now = is.get(i);
      for (String key : now.keySet()) {
        Object before = was.get(i).containsKey(key) ? was.get(i).get(key).unwrapped() : null;
        String place = what + " " + (i + 1) + " (" + was.get(i).toConfig().getString(name) + ")";
        add(differences, place + " " + key, before, now.get(key).unwrapped());
      }
    }
  }

  private static Object of(Config json, String path) {
    return json.getValue(path).unwrapped();
  }

  private static void add(List<String> differences, String what, Object was, Object is) {
    if (!same(was, is)) {
      differences.add(
          "%s was %s, is %s"
              .formatted(
                  Quoted.of(what), Quoted.of(String.valueOf(was)), Quoted.of(String.valueOf(is))));
    }
  }

  /** Numbers may come back from JSON as those of another type. */
  private static boolean same(Object was, Object is) {
    if (was instanceof Number before && is instanceof Number now) {
      return before.doubleValue() == now.doubleValue();
    }
    return Objects.equals(was, is);
  }
}
