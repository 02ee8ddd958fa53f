package dev.farsight.engine.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DenseFeature;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.TableSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

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
  public Config settings() {
    return ModelSettings.of(json.getConfig("settings"));
  }

  /**
   * The layout of the samples that the model takes, without labels.
   *
   * @param tables the tables of the model
   * @param lookupLimit {@link BatchSchema#lookupLimit}
   */
  public BatchSchema schema(TableSet tables, int lookupLimit) {
    var features = new ArrayList<Feature>();
    for (Config feature : json.getConfigList(FEATURES)) {
      features.add(
          new Feature(
              feature.getString("name"),
              tables.find(feature.getString("table")),
              feature.getInt("min_lookups"),
              feature.getInt("max_lookups"),
              Pooling.of(feature.getString("pooling")),
              feature.getBoolean("weighted")));
    }
    return new BatchSchema(json.getInt("dense_width"), tables, features, Set.of(), lookupLimit);
  }

  /** The largest norms of rows, by table. */
  public MaxNorms maxNorms(TableSet tables) {
    var norms = new float[tables.size()];
    Arrays.fill(norms, Float.POSITIVE_INFINITY);
    for (Config feature : json.getConfigList(FEATURES)) {
      if (feature.hasPath("max_norm")) {
        norms[tables.find(feature.getString("table"))] = (float) feature.getDouble("max_norm");
      }
    }
    return MaxNorms.of(norms);
  }

  /** The names of the dense values, in order; empty if the source does not name them. */
  public List<String> denseNames() {
    return json.getConfigList("dense_features").stream().map(f -> f.getString("name")).toList();
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

  /**
   * Checks that the model consists of these ops: plugins may have changed.
   *
   * @param model named in the message
   * @throws ConfigException if not
   */
  public void requireSameOps(String model, Tape tape) {
    requireSame(
        model,
        new ModelDescription(
            json.withValue("tape", ConfigValueFactory.fromMap(TapeJson.of(tape)))));
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
