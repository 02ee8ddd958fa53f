package dev.farsight.engine.checkpoint;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueType;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.settings.LearningRates;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Everything that a run's result depends on, by configuration key: the sections {@code data},
 * {@code model} and {@code optimizer}, the seed and {@code train.reset-rows}, the compute backend
 * with the settings that change its arithmetic, and the data by its content. A run can be resumed
 * only if these are unchanged; everything else may change, also where the data lies.
 *
 * <p>Checkpoints of earlier versions have {@code data.path} in place of the content, and no
 * settings of the backend. They are compared by that path, and by the settings in their
 * configuration. A setting that their version did not have must have its default.
 */
public final class RunIdentity {

  /** Keys of {@code model} that do not affect the result of a resumed run. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of("load", "load-state", "save", "save-initial");

  /** Keys of {@code data} that do not affect the result. */
  private static final Set<String> ROOM = Set.of("max-lookups");

  /** Defaults of earlier versions for keys that are null now, which means the same. */
  private static final Map<String, String> NOW_NULL = Map.of("optimizer.eps", "1.0E-10");

  /** The origin of a value that nobody has set. */
  private static final Pattern REFERENCE =
      Pattern.compile("(.*[/!])?reference\\.conf(: \\d+(-\\d+)?)?");

  static final String CONTENT = "data content";
  private static final List<String> PATHS = List.of("data.path", "data.eval-path");
  private static final String SOURCE = "data.source";
  private static final String TABLES = "tables";

  /** What a person can do with; the hashes are in the checkpoint. */
  private static final String OTHER_DATA = "it read other data than is there now";

  /** Identity by the content of the data, if the source knows it, else by its path. */
  private final Map<String, String> values = new TreeMap<>();

  /** The paths of the data, by their keys; those that are set. */
  private final Map<String, String> paths = new TreeMap<>();

  /** Keys whose values are defaults. */
  private final Set<String> defaults;

  private final TableSet tables;

  /** Keys of the backend that change its arithmetic, by their place in the section farsight. */
  private final List<String> arithmetic;

  public RunIdentity(
      Settings farsight, DataSource dataSource, RowFormat format, ComputeFactory compute) {
    tables = dataSource.schema().tables();
    Config data = farsight.section("data").config();
    addValues(values, "data.", data, ROOM);
    Settings where = farsight.section("data").section("eval-where");
    if (where.has("column")) {
      addAll(values, "data.eval-where.", where.config());
    }
    String source = farsight.section("data").string("source");
    addAll(values, "data." + source + ".", farsight.section("data").section(source).config());
    Config model = farsight.section("model").config();
    addValues(values, "model.", model, WITHOUT_EFFECT);
    for (String section : List.of("init", "tables")) {
      addAll(values, "model." + section + ".", farsight.section("model").section(section).config());
    }
    String type = farsight.section("model").string("type");
    addAll(values, "model." + type + ".", farsight.section("model").section(type).config());
    addAll(values, "optimizer.", farsight.section("optimizer").config());
    values.put("train.reset-rows", farsight.section("train").string("reset-rows"));
    defaults =
        values.keySet().stream()
            .filter(key -> isDefault(farsight.config(), key))
            .collect(Collectors.toSet());
    values.put("train.seed", farsight.section("train").string("seed"));
    if (LearningRates.of(farsight.section("optimizer")).followEvaluations()) {
      values.put("train.eval-every", farsight.section("train").string("eval-every"));
      farsight
          .section("train")
          .optionalString("eval-samples")
          .ifPresent(samples -> values.put("train.eval-samples", samples));
      farsight
          .section("report")
          .optionalString("gauc")
          .ifPresent(feature -> values.put("report.gauc", feature));
    }
    String backend = "compute." + farsight.section("compute").string("backend");
    values.put("compute.backend", farsight.section("compute").string("backend"));
    arithmetic = compute.arithmetic().stream().map(key -> backend + "." + key).toList();
    arithmetic.forEach(key -> addArithmetic(values, key, farsight.config()));
    values.put("training samples", Long.toString(dataSource.trainSamples()));
    values.put("evaluation samples", Long.toString(dataSource.evalSamples()));
    values.put(TABLES, tables(dataSource));
    addFeatures(dataSource.schema());
    values.put(
        "row",
        format.dim()
            + (format.precision() == Precision.FP32 ? "" : " " + format.precision().configName())
            + " weights, "
            + format.stateFloats()
            + " of optimizer state");
    String content = dataSource.contentIdentity();
    paths.putAll(values);
    paths.keySet().retainAll(PATHS);
    if (!content.isEmpty()) {
      values.put(CONTENT, content);
      values.keySet().removeAll(paths.keySet());
    }
  }

  private static boolean isDefault(Config farsight, String key) {
    return REFERENCE.matcher(farsight.getValue(key).origin().description()).matches();
  }

  /** Adds the features, unless they follow from the tables: so they do in earlier versions. */
  private void addFeatures(BatchSchema schema) {
    boolean followFromTables =
        schema.oneHotEachTable()
            && schema.features().stream()
                .allMatch(feature -> feature.name().equals(tables.get(feature.table()).name()));
    if (!followFromTables) {
      values.put(
          "features",
          schema.features().stream()
              .map(
                  feature ->
                      String.join(
                          ":",
                          feature.name(),
                          tables.get(feature.table()).name(),
                          Integer.toString(feature.maxLookups()),
                          feature.pooling().configName(),
                          Boolean.toString(feature.weighted())))
              .collect(Collectors.joining(", ")));
    }
  }

  private static void addArithmetic(Map<String, String> identity, String key, Config farsight) {
    if (farsight.hasPath(key)) {
      identity.put(key, farsight.getValue(key).render(ConfigRenderOptions.concise()));
    }
  }

  /** The identity as checkpoints record it, sorted by key. */
  public Map<String, String> values() {
    return Collections.unmodifiableMap(values);
  }

  private static String tables(DataSource source) {
    return String.join(
        ", ",
        source.schema().tables().tables().stream().map(t -> t.name() + ":" + t.rows()).toList());
  }

  /** Adds the keys of a section, but not of its subsections. */
  private static void addValues(
      Map<String, String> identity, String prefix, Config section, Set<String> excluded) {
    section
        .root()
        .forEach(
            (key, value) -> {
              if (value.valueType() != ConfigValueType.OBJECT
                  && value.valueType() != ConfigValueType.NULL
                  && !excluded.contains(key)) {
                identity.put(prefix + key, value.render(ConfigRenderOptions.concise()));
              }
            });
  }

  /** Adds all keys of a section, including those of its subsections. */
  private static void addAll(Map<String, String> identity, String prefix, Config section) {
    section
        .entrySet()
        .forEach(
            e ->
                identity.put(
                    prefix + e.getKey(), e.getValue().render(ConfigRenderOptions.concise())));
  }

  /**
   * All keys that differ from a checkpoint's, such as {@code optimizer.learning-rate was 0.1, is
   * 0.2}.
   *
   * @param recorded the identity in the checkpoint
   * @param recordedTables the tables in the checkpoint
   * @param config the section {@code farsight} in the checkpoint
   */
  List<String> differences(Map<String, String> recorded, TableSet recordedTables, Config config) {
    Map<String, String> earlier = new TreeMap<>(recorded);
    Map<String, String> current = new TreeMap<>(values);
    if (!recorded.containsKey(CONTENT)) {
      current.remove(CONTENT);
      current.putAll(paths);
      arithmetic.forEach(key -> addArithmetic(earlier, key, config));
    }
    var keys = new TreeSet<>(earlier.keySet());
    keys.addAll(current.keySet());
    if (!Objects.equals(earlier.get(SOURCE), current.get(SOURCE))) {
      // What one source has in its own section, and how it tells its data, the other cannot have.
      List.of(earlier, current).forEach(RunIdentity::removeOfSource);
    }
    var differences = new ArrayList<String>();
    recordedTables
        .differenceTo(tables)
        .ifPresent(difference -> differences.add("it has " + difference));
    for (String key : keys) {
      String oldValue = earlier.getOrDefault(key, "not set");
      String newValue = current.getOrDefault(key, "not set");
      boolean newDefault =
          (!earlier.containsKey(key) && isNew(key, config))
              || (!current.containsKey(key) && oldValue.equals(NOW_NULL.get(key)));
      if (!oldValue.equals(newValue) && !key.equals(TABLES) && !newDefault) {
        differences.add(
            key.equals(CONTENT)
                ? OTHER_DATA
                : key + " was " + Quoted.of(oldValue) + ", is " + Quoted.of(newValue));
      }
    }
    return differences;
  }

  private static void removeOfSource(Map<String, String> identity) {
    String own = "data." + identity.getOrDefault(SOURCE, "").replace("\"", "") + ".";
    identity.keySet().removeIf(key -> key.startsWith(own) || key.equals(CONTENT));
  }

  /** Whether a key has its default, and a configuration is older than the key. */
  private boolean isNew(String key, Config config) {
    return defaults.contains(key) && !config.hasPathOrNull(key);
  }
}
