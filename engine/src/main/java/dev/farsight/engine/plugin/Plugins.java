package dev.farsight.engine.plugin;

import com.google.inject.Guice;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.IoReason;
import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.engine.config.FarsightConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * The plugins on the class path and in a folder of jars, wired by a Guice injector. Each jar has
 * its own class loader, in which the jar's own libraries come first and the application's second
 * ({@link PluginClassLoader}). Plugins and the application share the JDK, core-api, Typesafe Config
 * and SLF4J. A plugin's jar must contain the libraries that the plugin needs: those that it finds
 * in the application may change with any version.
 *
 * <p>Close this after everything that the factories made: afterwards no more classes can be loaded
 * from the jars.
 */
public final class Plugins implements AutoCloseable {

  private final List<PluginJar> jars;
  private final List<ClassLoader> loaders;
  private final Components components;

  private Plugins(List<PluginJar> jars, List<ClassLoader> loaders, Components components) {
    this.jars = jars;
    this.loaders = loaders;
    this.components = components;
  }

  /** Loads the plugins on the class path only. */
  public static Plugins load(ClassLoader application) {
    return load(application, Optional.empty());
  }

  /**
   * Loads the plugins on the class path, and those in {@code plugins.path} if the user sets it; an
   * application has no folder of plugins unless it says so.
   *
   * @throws ConfigException as {@link #load(ClassLoader, Optional)} does, or if the folder cannot
   *     be listed
   */
  public static Plugins load(ClassLoader application, FarsightConfig user) {
    return load(
        application,
        user.sets("plugins.path")
            ? user.early(application).optionalPath("plugins.path")
            : Optional.empty());
  }

  /**
   * Loads the plugins on the class path and in a folder.
   *
   * @param folder the folder of jars; empty for no folder
   * @throws ConfigException if a jar is not a plugin, was built for another API version or cannot
   *     be loaded, if two plugins offer the same name, or if one has no section in a {@code
   *     reference.conf}
   */
  public static Plugins load(ClassLoader application, Optional<Path> folder) {
    var jars = new ArrayList<PluginJar>();
    var loaders = new ArrayList<ClassLoader>(List.of(application));
    try {
      var plugins = new ArrayList<>(onClassPath(application));
      for (Path file : folder.map(Plugins::jarsIn).orElse(List.of())) {
        var jar = new PluginJar(file, application);
        jars.add(jar);
        loaders.add(jar.loader());
        plugins.addAll(jar.plugins());
      }
      List<Registration> registrations = distinct(plugins);
      OwnSections.require(registrations, loaders);
      return new Plugins(List.copyOf(jars), List.copyOf(loaders), wire(registrations));
    } catch (ConfigException e) {
      jars.forEach(PluginJar::close);
      throw e;
    }
  }

  /** The components of the given plugins only; for tests and embedding. */
  public static Components of(FarsightPlugin... plugins) {
    var loaded = new ArrayList<LoadedPlugin>();
    for (FarsightPlugin plugin : plugins) {
      loaded.add(new LoadedPlugin(plugin, "given"));
    }
    return wire(distinct(loaded));
  }

  public Components components() {
    return components;
  }

  /**
   * The class loaders of the application and the jars. They find all {@code reference.conf} files.
   */
  public List<ClassLoader> loaders() {
    return loaders;
  }

  @Override
  public void close() {
    jars.forEach(PluginJar::close);
  }

  private static List<LoadedPlugin> onClassPath(ClassLoader application) {
    try {
      return ServiceLoader.load(FarsightPlugin.class, application).stream()
          .map(provider -> new LoadedPlugin(provider.get(), "class path"))
          .toList();
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new ConfigException("class path: " + LoadedPlugin.reason(e, application), e);
    }
  }

  private static List<Path> jarsIn(Path folder) {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new ConfigException(
          "plugins.path: " + folder + ": cannot be listed: " + IoReason.of(folder, e), e);
    }
  }

  private static Components wire(List<Registration> registrations) {
    return Guice.createInjector(new ComponentsModule(registrations)).getInstance(Components.class);
  }

  /** What all plugins registered, sorted by kind and name. */
  private static List<Registration> distinct(List<LoadedPlugin> plugins) {
    Map<List<Object>, Registration> byKindAndName = new HashMap<>();
    for (LoadedPlugin plugin : plugins) {
      for (Registration registration : plugin.registrations()) {
        Offer offer = registration.offer();
        Registration other =
            byKindAndName.putIfAbsent(List.of(offer.kind(), offer.name()), registration);
        if (other != null) {
          throw twice(offer, other.offer());
        }
      }
    }
    return byKindAndName.values().stream()
        .sorted(
            Comparator.comparing((Registration r) -> r.offer().kind())
                .thenComparing(r -> r.offer().name()))
        .toList();
  }

  private static ConfigException twice(Offer offer, Offer other) {
    return new ConfigException(
        "two plugins offer the %s %s: %s (%s) and %s (%s); remove one"
            .formatted(
                offer.kind().title(),
                offer.name(),
                other.plugin(),
                other.from(),
                offer.plugin(),
                offer.from()));
  }
}
