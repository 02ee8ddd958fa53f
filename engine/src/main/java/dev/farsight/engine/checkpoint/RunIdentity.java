package dev.farsight.engine.checkpoint;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueType;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.table.RowFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that a run's result depends on, by configuration key: the sections {@code data},
 * {@code model} and {@code optimizer}, the seed, the compute backend, and the size of the data. A
 * run can be resumed only if these are unchanged; everything else may change.
 */
final class RunIdentity {

  /** Keys of {@code model} that do not affect the result of a resumed run. */
  private static final Set<String> WITHOUT_EFFECT = Set.of("load", "save", "save-initial");

  private RunIdentity() {}

  static Map<String, String> of(Settings farsight, DataSource dataSource, RowFormat format) {
    Map<String, String> identity = new TreeMap<>();
    Config data = farsight.section("data").config();
    addValues(identity, "data.", data, Set.of());
    String source = farsight.section("data").string("source");
    addAll(identity, "data." + source + ".", farsight.section("data").section(source).config());
    Config model = farsight.section("model").config();
    addValues(identity, "model.", model, WITHOUT_EFFECT);
    String type = farsight.section("model").string("type");
    addAll(identity, "model." + type + ".", farsight.section("model").section(type).config());
    addAll(identity, "optimizer.", farsight.section("optimizer").config());
    identity.put("train.seed", farsight.section("train").string("seed"));
    identity.put("compute.backend", farsight.section("compute").string("backend"));
    identity.put("training samples", Long.toString(dataSource.trainSamples()));
    identity.put("evaluation samples", Long.toString(dataSource.evalSamples()));
    identity.put("tables", tables(dataSource));
    identity.put("row", format.dim() + " weights, " + format.stateFloats() + " of optimizer state");
    return identity;
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

  /** All keys that differ, such as {@code optimizer.learning-rate was 0.1, is 0.2}. */
  static List<String> differences(Map<String, String> earlier, Map<String, String> current) {
    var keys = new TreeSet<>(earlier.keySet());
    keys.addAll(current.keySet());
    var differences = new ArrayList<String>();
    for (String key : keys) {
      String oldValue = earlier.getOrDefault(key, "not set");
      String newValue = current.getOrDefault(key, "not set");
      if (!oldValue.equals(newValue)) {
        differences.add(key + " was " + oldValue + ", is " + newValue);
      }
    }
    return differences;
  }
}
