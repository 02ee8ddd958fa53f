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
 * What a run's result depends on, by key of the configuration: all of {@code data}, {@code model}
 * and {@code optimizer}, the seed, what computes, and the size of the data. A run goes on only with
 * the same; everything else may change.
 */
final class RunIdentity {

  private static final Set<String> WITHOUT_EFFECT = Set.of("load", "save", "save-initial");

  private RunIdentity() {}

  static Map<String, String> of(Settings farsight, DataSource source, RowFormat format) {
    Map<String, String> identity = new TreeMap<>();
    Config data = farsight.section("data").config();
    addPlain(identity, "data.", data, Set.of());
    String name = farsight.section("data").string("source");
    addAll(identity, "data." + name + ".", farsight.section("data").section(name).config());
    Config model = farsight.section("model").config();
    addPlain(identity, "model.", model, WITHOUT_EFFECT);
    String type = farsight.section("model").string("type");
    addAll(identity, "model." + type + ".", farsight.section("model").section(type).config());
    addAll(identity, "optimizer.", farsight.section("optimizer").config());
    identity.put("train.seed", farsight.section("train").string("seed"));
    identity.put("compute.backend", farsight.section("compute").string("backend"));
    identity.put("training samples", Long.toString(source.trainSamples()));
    identity.put("evaluation samples", Long.toString(source.evalSamples()));
    identity.put("tables", tables(source));
    identity.put("row", format.dim() + " weights, " + format.stateFloats() + " of optimizer state");
    return identity;
  }

  private static String tables(DataSource source) {
    return String.join(
        ", ",
        source.schema().tables().tables().stream().map(t -> t.name() + ":" + t.rows()).toList());
  }

  /** The keys of a section itself, without the sections in it. */
  private static void addPlain(
      Map<String, String> identity, String prefix, Config section, Set<String> without) {
    section
        .root()
        .forEach(
            (key, value) -> {
              if (value.valueType() != ConfigValueType.OBJECT
                  && value.valueType() != ConfigValueType.NULL
                  && !without.contains(key)) {
                identity.put(prefix + key, value.render(ConfigRenderOptions.concise()));
              }
            });
  }

  private static void addAll(Map<String, String> identity, String prefix, Config section) {
    section
        .entrySet()
        .forEach(
            e ->
                identity.put(
                    prefix + e.getKey(), e.getValue().render(ConfigRenderOptions.concise())));
  }

  /** Each key that differs: {@code optimizer.learning-rate was 0.1, is 0.2}. */
  static List<String> differences(Map<String, String> was, Map<String, String> is) {
    var keys = new TreeSet<>(was.keySet());
    keys.addAll(is.keySet());
    var differences = new ArrayList<String>();
    for (String key : keys) {
      String before = was.getOrDefault(key, "not set");
      String now = is.getOrDefault(key, "not set");
      if (!before.equals(now)) {
        differences.add(key + " was " + before + ", is " + now);
      }
    }
    return differences;
  }
}
