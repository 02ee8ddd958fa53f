package dev.farsight.reading.internal.settings;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Nearest;
import java.util.List;
import java.util.stream.IntStream;

/** A list of sections in the configuration; one written as a plain text is its {@code column}. */
final class Entries {

  private Entries() {}

  /** The entries of the list at {@code key}; none if it is not set. */
  static List<Settings> of(Settings own, String key) {
    if (!own.has(key)) {
      return List.of();
    }
    if (!(own.config().getValue(key) instanceof ConfigList list)) {
      throw own.bad(key, "is not a list of columns");
    }
    return IntStream.range(0, list.size())
        .mapToObj(i -> entry(own.path() + "." + key + "[" + (i + 1) + "]", list.get(i)))
        .toList();
  }

  private static Settings entry(String path, ConfigValue value) {
    return Settings.of(
        path,
        value instanceof ConfigObject object
            ? object.toConfig()
            : ConfigFactory.empty().withValue("column", value));
  }

  /** Complains about keys that mean nothing: lists are out of reach of the general check. */
  static void onlyKeys(Settings entry, List<String> known) {
    for (String key : entry.config().root().keySet()) {
      if (!known.contains(key)) {
        throw entry.bad(
            key,
            "is unknown here; known are "
                + String.join(", ", known)
                + Nearest.question(key, known));
      }
    }
  }
}
