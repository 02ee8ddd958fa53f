package dev.farsight.spark;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.plugin.Components;
import java.util.TreeMap;

/** What all work on data has in common that is done on a cluster. */
final class Clusters {

  private Clusters() {}

  static void requirePluginsOnClassPath(FarsightConfig user) {
    if (user.sets("plugins.path")) {
      throw new ConfigException(
          "plugins.path: is not used on Spark; add the jars of plugins to --jars");
    }
  }

  /**
   * Refuses settings that only one host follows.
   *
   * @param data the section {@code farsight.data}
   * @param instead what to do, for messages
   */
  static void requireSupported(Settings data, String instead) {
    if (data.has("multi-hot")) {
      throw data.bad("multi-hot", "is not made on Spark" + instead);
    }
    if (data.section("eval-where").has("column")) {
      throw data.section("eval-where").bad("column", "does not divide rows on Spark" + instead);
    }
    for (String key : new String[] {"path", "eval-path"}) {
      if (data.has(key) && data.strings(key).stream().anyMatch(path -> path.contains("://"))) {
        throw data.bad(
            key, "is an address; name files on a file system that all executors have mounted");
      }
    }
  }

  /** The same components with another source in place of the one of its name. */
  static Components with(Components components, DataSourceFactory source) {
    var sources = new TreeMap<>(components.sources());
    sources.put(source.name(), source);
    return new Components(
        components.policies(),
        components.stores(),
        components.computes(),
        sources,
        components.models(),
        components.collectives(),
        components.exportFormats(),
        components.offers());
  }
}
