package dev.farsight.engine.plugin;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.plugin.FarsightPlugin;
import java.io.IOException;
import java.net.MalformedURLException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** A jar of the plugins folder, with a {@link PluginClassLoader} of its own. */
final class PluginJar implements AutoCloseable {

  private final Path jar;
  private final PluginClassLoader loader;
  private final PluginContext context;

  PluginJar(Path jar, ClassLoader application) {
    this.jar = jar;
    JarFault.ofOpening(jar).ifPresent(this::refuse);
    try {
      this.loader =
          new PluginClassLoader(jar.getFileName().toString(), jar.toUri().toURL(), application);
      this.context = new PluginContext(loader);
    } catch (MalformedURLException e) {
      throw new ConfigException(jar + ": " + e.getMessage(), e);
    }
  }

  ClassLoader loader() {
    return loader;
  }

  /**
   * The plugins in the jar, at least one.
   *
   * @throws ConfigException if the jar has no plugin, or if a plugin cannot be loaded
   */
  List<LoadedPlugin> plugins() {
    try {
      return context.call(this::load);
    } catch (ConfigException e) {
      // What cannot be read looks as if it were not there.
      JarFault.ofEntries(jar).ifPresent(this::refuse);
      throw e;
    }
  }

  private void refuse(String fault) {
    throw new ConfigException(jar + ": " + fault);
  }

  private List<LoadedPlugin> load() {
    String service = "META-INF/services/" + FarsightPlugin.SERVICE;
    if (loader.findResource(service) == null) {
      throw new ConfigException(
          jar + ": not a plugin: it has no " + service + " that names a class");
    }
    var plugins = new ArrayList<LoadedPlugin>();
    try {
      ServiceLoader.load(FarsightPlugin.class, loader).stream()
          .filter(provider -> provider.type().getClassLoader() == loader)
          .map(ServiceLoader.Provider::get)
          .forEach(plugin -> plugins.add(new LoadedPlugin(plugin, jar.toString(), context)));
    } catch (ServiceConfigurationError | LinkageError | StackOverflowError | AssertionError e) {
      throw new ConfigException(jar + ": " + LoadedPlugin.reason(e, loader), e);
    }
    if (plugins.isEmpty()) {
      throw new ConfigException(
          jar + ": its plugin is already on the class path; remove the jar from the folder");
    }
    return plugins;
  }

  @Override
  public void close() {
    try {
      loader.close();
    } catch (IOException e) {
      // The jar was only read, so nothing is lost.
    }
  }
}
