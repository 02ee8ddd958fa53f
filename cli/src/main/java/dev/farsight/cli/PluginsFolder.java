package dev.farsight.cli;

import com.typesafe.config.Config;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Quoted;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.plugin.Components;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The folder with the jars of plugins.
 *
 * @param path as {@code plugins.path} says; if the user does not set it, beside farsight itself
 * @param set whether the user sets it; otherwise it need not be there
 */
record PluginsFolder(Path path, boolean set) {

  private static final List<String> CHOICES =
      List.of("data.source", "model.type", "cache.policy", "storage.backend", "compute.backend");

  static PluginsFolder of(FarsightConfig user, Environment environment, ClassLoader application) {
    Path path = user.early(application).path("plugins.path");
    return user.sets("plugins.path")
        ? new PluginsFolder(path, true)
        : new PluginsFolder(environment.home().orElse(Path.of("")).resolve(path), false);
  }

  /** The folder, if there is anything to look for in it. */
  Optional<Path> toLoad() {
    return Optional.of(path).filter(folder -> set || Files.isDirectory(folder));
  }

  /**
   * Checks that there are all parts that a configuration chooses.
   *
   * @param farsight the section {@code farsight}, whose keys need not have been checked
   * @throws ConfigException if one is missing; the message tells where jars were looked for
   */
  void requireChosen(Settings farsight, Components components) {
    if (!CHOICES.stream().allMatch(key -> isText(farsight.config(), key))) {
      return; // the check of the keys tells
    }
    try {
      components.check(farsight);
    } catch (ConfigException e) {
      // A misspelt name needs no jar.
      throw e.getMessage().contains("; did you mean ")
          ? e
          : new ConfigException(
              "%s; if a plugin offers it, put its jar into %s, which %s"
                  .formatted(e.getMessage(), path, jars()),
              e);
    }
  }

  private static boolean isText(Config farsight, String key) {
    try {
      return farsight.hasPath(key) && !farsight.getString(key).isEmpty();
    } catch (com.typesafe.config.ConfigException e) {
      return false;
    }
  }

  private String jars() {
    List<String> names = new ArrayList<>();
    try (var files = Files.newDirectoryStream(path, "*.jar")) {
      files.forEach(file -> names.add(Quoted.of(file.getFileName().toString())));
    } catch (IOException | DirectoryIteratorException e) {
      return "is not there yet";
    }
    return names.isEmpty()
        ? "has no jar yet"
        : "has " + String.join(", ", names.stream().sorted().toList());
  }
}
