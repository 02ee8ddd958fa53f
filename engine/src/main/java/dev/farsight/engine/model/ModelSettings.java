package dev.farsight.engine.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The settings that a model records: those that predictions depend on, and those with which it is
 * evaluated and trained on. Paths, places and sizes of machines are not among them.
 */
final class ModelSettings {

  /** Keys of {@code data} that are of one run. */
  private static final Set<String> OF_A_RUN = Set.of("path", "eval-path", "shuffle", "splits");

  /** Keys of {@code model} that are of one run. */
  private static final Set<String> LOADING = Set.of("load", "load-state", "save", "save-initial");

  /** Rules of the optimizer may need them. */
  private static final Map<String, List<String>> OTHERS =
      Map.of("train", List.of("seed", "eval-every"), "report", List.of("gauc"));

  private ModelSettings() {}

  /**
   * The recorded part of a configuration. What else a section {@code farsight} has is left out, so
   * that a model that somebody else made sets nothing but this.
   *
   * @param farsight a section {@code farsight}, or what this method made of one
   */
  static Config of(Config farsight) {
    Config recorded = ConfigFactory.empty();
    recorded = part(recorded, farsight, "data", "source", OF_A_RUN, List.of("eval-where"));
    recorded = part(recorded, farsight, "model", "type", LOADING, List.of("init", "tables"));
    if (farsight.hasPath("optimizer")) {
      recorded = recorded.withValue("optimizer", farsight.getValue("optimizer"));
    }
    for (Map.Entry<String, List<String>> other : OTHERS.entrySet()) {
      for (String key : other.getValue()) {
        String path = other.getKey() + "." + key;
        if (farsight.hasPath(path)) {
          recorded = recorded.withValue(path, farsight.getValue(path));
        }
      }
    }
    return recorded;
  }

  /** The values of a section, and its sections that count: that of what is chosen, and others. */
  private static Config part(
      Config recorded,
      Config farsight,
      String name,
      String choice,
      Set<String> without,
      List<String> sections) {
    if (!farsight.hasPath(name)) {
      return recorded;
    }
    Config result = recorded;
    ConfigObject section = farsight.getObject(name);
    String chosen = section.toConfig().getString(choice);
    for (Map.Entry<String, ConfigValue> entry : section.entrySet()) {
      String key = entry.getKey();
      boolean counts =
          entry.getValue() instanceof ConfigObject
              ? key.equals(chosen) || sections.contains(key)
              : !without.contains(key);
      if (counts) {
        result = result.withValue(ConfigUtil.joinPath(name, key), entry.getValue());
      }
    }
    return result;
  }
}
