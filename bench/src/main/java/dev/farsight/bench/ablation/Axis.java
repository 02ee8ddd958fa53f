package dev.farsight.bench.ablation;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A key of the configuration and the values that it takes, in the order of the suite file. The key
 * may be that of a section: its values are then objects, which set several keys together. Values
 * remember the line that they were written on. Immutable.
 *
 * @param key without {@code farsight.}
 */
record Axis(String key, List<ConfigValue> values) {

  Axis {
    values = List.copyOf(values);
  }

  /** A value as people read it. */
  String label(int value) {
    return label(values.get(value));
  }

  /** All values as people read them. */
  List<String> labels() {
    return values.stream().map(Axis::label).toList();
  }

  /** The value that equals one written elsewhere, or -1. */
  int indexOf(ConfigValue value) {
    return labels().indexOf(label(value));
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
