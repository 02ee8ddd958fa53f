package dev.farsight.cli;

import com.typesafe.config.Config;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.build.SettingsCheck;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.plugin.Plugins;
import java.util.List;

/** The checked configuration and the plugins it chooses from. */
final class Setup implements AutoCloseable {

  private final Config farsight;
  private final Plugins plugins;
  private final PluginsFolder folder;

  private Setup(Config farsight, Plugins plugins, PluginsFolder folder) {
    this.farsight = farsight;
    this.plugins = plugins;
    this.folder = folder;
  }

  static Setup of(FarsightConfig user, Environment environment) {
    ClassLoader application = Setup.class.getClassLoader();
    var folder = PluginsFolder.of(user, environment, application);
    var plugins = Plugins.load(application, folder.toLoad());
    try {
      return new Setup(resolve(user, application, plugins, folder), plugins, folder);
    } catch (RuntimeException e) {
      plugins.close();
      throw e;
    }
  }

  /** The keys of a plugin whose jar is missing are unknown; the jar is what to tell of then. */
  private static Config resolve(
      FarsightConfig user, ClassLoader application, Plugins plugins, PluginsFolder folder) {
    try {
      return user.resolve(plugins.loaders());
    } catch (ConfigException e) {
      folder.requireChosen(user.early(application), plugins.components());
      throw e;
    }
  }

  /**
   * Checks the settings of all chosen parts. Opens nothing.
   *
   * @throws ConfigException if one is wrong, or if a part is missing
   */
  void check() {
    folder.requireChosen(settings(), components());
    SettingsCheck.of(settings(), components());
  }

  /** The resolved section {@code farsight}. */
  Config farsight() {
    return farsight;
  }

  Settings settings() {
    return Settings.of("farsight", farsight);
  }

  /** Where the {@code reference.conf} files are. */
  List<ClassLoader> loaders() {
    return plugins.loaders();
  }

  Components components() {
    return plugins.components();
  }

  @Override
  public void close() {
    plugins.close();
  }
}
