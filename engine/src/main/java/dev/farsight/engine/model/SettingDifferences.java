package dev.farsight.engine.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.internal.Quoted;
import dev.farsight.engine.plugin.Components;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * How a configuration differs from the settings that a model records, in what predictions depend
 * on. A key that the model's version did not have must have its default. Each difference is told as
 * in {@code farsight.data.csv.transform was log, is none}.
 */
public final class SettingDifferences {

  /** Nothing is known that differs. */
  static final SettingDifferences NONE =
      new SettingDifferences(ConfigFactory.empty(), ConfigFactory.empty());

  private final Config recorded;
  private final Config current;
  private final List<String> found = new ArrayList<>();

  /** How many of those found, the first ones, are of the weights. */
  private int foundOfWeights;

  private SettingDifferences(Config recorded, Config current) {
    this.recorded = recorded;
    this.current = current;
  }

  /**
   * @param recorded what {@link ModelSettings} made
   */
  public static SettingDifferences of(Config recorded, Settings farsight, Components components) {
    var differences = new SettingDifferences(recorded, farsight.config());
    differences.compareChoice("model", "type", components.model(farsight)::changesPredictions);
    differences.compare(List.of("model", "embedding-dim"), key -> true);
    differences.foundOfWeights = differences.found.size();
    differences.compare(List.of("model", "row-precision"), key -> true);
    differences.compare(List.of("model", "max-norm"), key -> true);
    differences.compare(List.of("model", "tables"), key -> key.endsWith(".max-norm"));
    differences.compare(List.of("data", "multi-hot"), key -> true);
    // The plugin of what was prepared need not be here; then all its settings count.
    DataSourceFactory source = components.sources().get(farsight.section("data").string("source"));
    differences.compareChoice(
        "data", "source", key -> source == null || source.changesPredictions(key));
    return differences;
  }

  /** What differs. */
  public List<String> all() {
    return found;
  }

  /** Those with which even the weights alone are of no use; data and rows may be others. */
  List<String> ofWeights() {
    return found.subList(0, foundOfWeights);
  }

  /**
   * Compares what is chosen, and if that is the same, its own section.
   *
   * @param counts whether a key of that section is compared
   */
  private void compareChoice(String section, String choice, Predicate<String> counts) {
    int before = found.size();
    compare(List.of(section, choice), key -> true);
    if (found.size() == before) {
      compare(List.of(section, current.getString(section + "." + choice)), counts);
    }
  }

  /** Compares a value, or those values of a section whose keys count. */
  private void compare(List<String> path, Predicate<String> counts) {
    Map<String, ConfigValue> was = values(recorded, path);
    Map<String, ConfigValue> is = values(current, path);
    var keys = new TreeSet<>(was.keySet());
    keys.addAll(is.keySet());
    for (String key : keys) {
      Optional<String> old = text(was.get(key));
      Optional<String> now = text(is.get(key));
      boolean newKey = !was.containsKey(key) && isDefault(is.get(key));
      if (!old.equals(now) && !newKey && counts.test(key.replaceFirst("\\[.*", ""))) {
        found.add(
            "farsight.%s%s%s was %s, is %s"
                .formatted(
                    ConfigUtil.joinPath(path),
                    key.isEmpty() ? "" : ".",
                    Quoted.of(key),
                    old.orElse("not set"),
                    now.orElse("not set")));
      }
    }
  }

  private static Map<String, ConfigValue> values(Config config, List<String> path) {
    ConfigValue value = config.root();
    for (String key : path) {
      value = value instanceof ConfigObject object ? object.get(key) : null;
    }
    Map<String, ConfigValue> values = new TreeMap<>();
    flatten("", value, values);
    return values;
  }

  /** Adds a value, or those in a section or in a list of sections, by their places in it. */
  private static void flatten(String place, ConfigValue value, Map<String, ConfigValue> values) {
    if (value instanceof ConfigObject section) {
      String prefix = place.isEmpty() ? "" : place + ".";
      section.forEach((key, below) -> flatten(prefix + ConfigUtil.joinPath(key), below, values));
    } else if (value instanceof ConfigList list
        && list.stream().anyMatch(ConfigObject.class::isInstance)) {
      for (int i = 0; i < list.size(); i++) {
        flatten(place + "[" + (i + 1) + "]", list.get(i), values);
      }
    } else if (value != null) {
      values.put(place, value);
    }
  }

  /** Empty if there is no value. A list of one value is that value. */
  private static Optional<String> text(ConfigValue value) {
    if (value == null || value.valueType() == ConfigValueType.NULL) {
      return Optional.empty();
    }
    if (value instanceof ConfigList list && list.size() != 1) {
      return Optional.of(
          list.stream()
              .map(item -> text(item).orElse("null"))
              .collect(Collectors.joining(", ", "[", "]")));
    }
    return value instanceof ConfigList list
        ? text(list.get(0))
        : Optional.of(Quoted.of(String.valueOf(value.unwrapped())));
  }

  private static boolean isDefault(ConfigValue value) {
    return value == null || value.origin().description().contains("reference.conf");
  }
}
