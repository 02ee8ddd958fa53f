package dev.farsight.engine.plugin;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.plugin.FarsightPlugin;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** One jar of the plugins folder, in a class loader of its own below the application's. */
final class PluginJar implements AutoCloseable {

  private final Path jar;
  private final URLClassLoader loader;

  PluginJar(Path jar, ClassLoader parent) {
    this.jar = jar;
    try {
      this.loader =
          new URLClassLoader(jar.getFileName().toString(), new URL[] {jar.toUri().toURL()}, parent);
    } catch (MalformedURLException e) {
      throw new ConfigException(jar + ": " + e.getMessage(), e);
    }
  }

  ClassLoader loader() {
    return loader;
  }

  /** The plugins that the jar itself brings; at least one. */
  List<FoundPlugin> plugins() {
    String service = "META-INF/services/" + FarsightPlugin.SERVICE;
    if (loader.findResource(service) == null) {
      throw new ConfigException(
          jar + ": not a plugin: it has no " + service + " that names a class");
    }
    var plugins = new ArrayList<FoundPlugin>();
    try {
      ServiceLoader.load(FarsightPlugin.class, loader).stream()
          .filter(provider -> provider.type().getClassLoader() == loader)
          .map(ServiceLoader.Provider::get)
          .forEach(plugin -> plugins.add(new FoundPlugin(plugin, jar.toString())));
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new ConfigException(jar + ": " + FoundPlugin.reason(e), e);
    }
    if (plugins.isEmpty()) {
      throw new ConfigException(
          jar + ": its plugin is on the class path already; take the jar out of the folder");
    }
    return plugins;
  }

  @Override
  public void close() {
    try {
      loader.close();
    } catch (IOException e) {
      // Read only: nothing is lost.
    }
  }
}
