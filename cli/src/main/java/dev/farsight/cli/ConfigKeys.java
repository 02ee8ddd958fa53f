package dev.farsight.cli;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.farsight.engine.config.FarsightConfig;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The keys that {@code --set} takes, each with the {@code =} that follows, in order: those of every
 * {@code reference.conf} of the distribution. For completion in a shell.
 */
final class ConfigKeys implements Iterable<String> {

  @Override
  public Iterator<String> iterator() {
    List<String> keys = new ArrayList<>();
    var defaults = FarsightConfig.defaults().resolve(List.of(ConfigKeys.class.getClassLoader()));
    collect("", defaults.root(), keys);
    return keys.stream().sorted().iterator();
  }

  /** Keys that are null are keys too. */
  private static void collect(String prefix, ConfigObject section, List<String> keys) {
    for (Map.Entry<String, ConfigValue> entry : section.entrySet()) {
      if (entry.getValue() instanceof ConfigObject inner && !inner.isEmpty()) {
        collect(prefix + entry.getKey() + ".", inner, keys);
      } else {
        keys.add(prefix + entry.getKey() + "=");
      }
    }
  }
}
