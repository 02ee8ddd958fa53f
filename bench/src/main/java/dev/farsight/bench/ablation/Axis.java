package dev.farsight.bench.ablation;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A key of the configuration and the values that it takes, in the order of the suite file. The key
 * may be that of a section: its values are then objects, which set several keys together. Values
 * remember the line that they were written on. Immutable; equal to itself alone.
 */
final class Axis {

  private final String key;
  private final List<ConfigValue> values;
  private final List<String> labels;
  private final Map<String, Integer> byLabel = new HashMap<>();

  /**
   * @param key without {@code farsight.}
   */
  Axis(String key, List<ConfigValue> values) {
    this.key = key;
    this.values = List.copyOf(values);
    labels = values.stream().map(Axis::label).toList();
    for (int v = 0; v < labels.size(); v++) {
      byLabel.putIfAbsent(labels.get(v), v);
    }
  }

  String key() {
    return key;
  }

  List<ConfigValue> values() {
    return values;
  }

  /** A value as people read it. */
  String label(int value) {
    return labels.get(value);
  }

  /** All values as people read them. */
  List<String> labels() {
    return labels;
  }

  /** The first value that reads so, or -1. */
  int indexOf(String label) {
    return byLabel.getOrDefault(label, -1);
  }

  /** The keys that a value sets: the axis's own, or those below it. */
  Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    for (ConfigValue value : values) {
      if (value instanceof ConfigObject section) {
        section.toConfig().entrySet().forEach(below -> keys.add(key + "." + below.getKey()));
      } else {
        keys.add(key);
      }
    }
    return keys;
  }

  /** {@code lru}, {@code [1, 2]}, or {@code backend=ssd ssd.ram-cache=1 GiB} for a section. */
  static String label(ConfigValue value) {
    if (value instanceof ConfigObject section) {
      Map<String, String> keys = new TreeMap<>();
      section.toConfig().entrySet().forEach(key -> keys.put(key.getKey(), label(key.getValue())));
      return keys.entrySet().stream()
          .map(key -> key.getKey() + "=" + key.getValue())
          .collect(Collectors.joining(" "));
    }
    if (value.valueType() == ConfigValueType.LIST) {
      return value.render(ConfigRenderOptions.concise());
    }
    return String.valueOf(value.unwrapped());
  }
}
