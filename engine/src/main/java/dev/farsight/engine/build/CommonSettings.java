package dev.farsight.engine.build;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.metrics.Sha256;
import dev.farsight.engine.plugin.Kind;
import dev.farsight.engine.plugin.Offer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the processes of a run must have set alike: all settings, but those that tell where things
 * are on a host, how many threads it has, and what it shows. New settings are compared unless they
 * are named here: one that is compared in vain costs a clear message, one that is not could cost
 * the result, or let processes wait for each other.
 */
final class CommonSettings {

  /** What is a host's own: keys, and sections with all that is in them. */
  private static final Set<String> OWN =
      Set.of(
          "data.path",
          "data.eval-path",
          "model.load",
          "cache.statistics.path",
          "lookahead.threads",
          "storage",
          "compute",
          "checkpoint.directory",
          "report.metrics-every",
          "report.tensorboard",
          "run",
          "sharding.plan",
          "sharding.sockets",
          "plugins",
          "serving");

  private static final int DIGITS = 16;

  private CommonSettings() {}

  /**
   * By key, sorted. Those of components that are not chosen do not count.
   *
   * @param offers what plugins offer here
   */
  static Map<String, String> of(Settings farsight, List<Offer> offers) {
    Map<String, String> settings = new TreeMap<>();
    Config config = farsight.config();
    config
        .entrySet()
        .forEach(
            entry -> {
              if (counts(ConfigUtil.splitPath(entry.getKey()), farsight, offers)) {
                settings.put(
                    entry.getKey(), entry.getValue().render(ConfigRenderOptions.concise()));
              }
            });
    for (String key : List.of("storage.backend", "compute.backend")) {
      settings.put(key, config.getString(key));
    }
    return settings;
  }

  private static boolean counts(List<String> path, Settings farsight, List<Offer> offers) {
    for (int length = 1; length <= path.size(); length++) {
      if (OWN.contains(String.join(".", path.subList(0, length)))) {
        return false;
      }
    }
    return path.size() < 3 || !isOfOther(path.get(0), path.get(1), farsight, offers);
  }

  /** Whether a section is that of a component which is not chosen. */
  private static boolean isOfOther(
      String section, String name, Settings farsight, List<Offer> offers) {
    return offers.stream()
        .anyMatch(
            offer ->
                offer.kind().section().equals(section)
                    && offer.name().equals(name)
                    && !name.equals(chosen(farsight, offer.kind())));
  }

  private static String chosen(Settings farsight, Kind kind) {
    return farsight.section(kind.section()).string(kind.key());
  }

  /** Which plugin offers each chosen component, with the checksum of its jar. */
  static Map<String, String> plugins(Settings farsight, List<Offer> offers) {
    Map<String, String> plugins = new TreeMap<>();
    for (Offer offer : offers) {
      boolean isChosen =
          !offer.kind().section().isEmpty() && offer.name().equals(chosen(farsight, offer.kind()));
      if (isChosen) {
        plugins.put(
            offer.kind().title(), offer.name() + " of plugin " + offer.plugin() + jar(offer));
      }
    }
    return plugins;
  }

  /** Empty if the plugin is on the class path: it has the version of the application. */
  private static String jar(Offer offer) {
    Path file = Path.of(offer.from());
    if (!Files.isRegularFile(file)) {
      return "";
    }
    try {
      return ", jar with SHA-256 " + Sha256.ofFile(file).substring(0, DIGITS);
    } catch (IOException e) {
      throw new FarsightException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
