package dev.farsight.cli;

import com.typesafe.config.Config;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.plugin.Plugins;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The checked configuration and the plugins it chooses from. */
final class Setup implements AutoCloseable {

  private final Config farsight;
  private final Plugins plugins;

  private Setup(Config farsight, Plugins plugins) {
    this.farsight = farsight;
    this.plugins = plugins;
  }

  static Setup of(FarsightConfig user, Environment environment) {
    ClassLoader application = Setup.class.getClassLoader();
    var plugins = Plugins.load(application, pluginsFolder(user, environment, application));
    try {
      return new Setup(user.resolve(plugins.loaders()), plugins);
    } catch (RuntimeException e) {
      plugins.close();
      throw e;
    }
  }

  /** As set; if it is not, the folder beside farsight itself, which need not be there. */
  private static Optional<Path> pluginsFolder(
      FarsightConfig user, Environment environment, ClassLoader application) {
    Path path = user.early(application).path("plugins.path");
    if (user.sets("plugins.path")) {
      return Optional.of(path);
    }
    return Optional.of(environment.home().orElse(Path.of("")).resolve(path))
        .filter(Files::isDirectory);
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
