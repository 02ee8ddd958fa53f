package dev.farsight.engine.plugin;

import com.google.inject.AbstractModule;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.multibindings.MapBinder;
import com.google.inject.util.Types;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.internal.IoReason;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.store.RowStoreFactory;
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
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The plugins on the class path and in a folder of jars, wired by one Guice injector with strict
 * binders. Each jar has its own class loader, which asks its parent first. So plugins share only
 * the interfaces of core-api, and a plugin's jar must contain the libraries that the plugin needs.
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
   * Loads the plugins on the class path and in a folder.
   *
   * @param folder the folder of jars; empty for no folder
   * @throws ConfigException if a jar is not a plugin, was built for another API version or cannot
   *     be loaded, or if two plugins offer the same name
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
      return new Plugins(List.copyOf(jars), List.copyOf(loaders), wire(plugins));
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
    return wire(loaded);
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
      throw new ConfigException("class path: " + LoadedPlugin.reason(e), e);
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

  private static Components wire(List<LoadedPlugin> plugins) {
    var offers = offers(plugins);
    Injector injector;
    try {
      injector = Guice.createInjector(new StrictModule(plugins));
    } catch (CreationException e) {
      var first = e.getErrorMessages().iterator().next();
      throw new ConfigException("plugins: " + LoadedPlugin.firstLine(first.getMessage()), e);
    }
    return new Components(
        factories(injector, CachePolicyFactory.class),
        factories(injector, RowStoreFactory.class),
        factories(injector, ComputeFactory.class),
        factories(injector, DataSourceFactory.class),
        factories(injector, ModelFactory.class),
        offers);
  }

  private static List<Offer> offers(List<LoadedPlugin> plugins) {
    Map<List<Object>, Offer> byKindAndName = new HashMap<>();
    for (LoadedPlugin plugin : plugins) {
      for (Offer offer : plugin.offers()) {
        Offer other = byKindAndName.putIfAbsent(List.of(offer.kind(), offer.name()), offer);
        if (other != null) {
          throw new ConfigException(
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
    }
    return byKindAndName.values().stream()
        .sorted(Comparator.comparing(Offer::kind).thenComparing(Offer::name))
        .toList();
  }

  @SuppressWarnings("unchecked")
  private static <F> SortedMap<String, F> factories(Injector injector, Class<F> kind) {
    var type = Types.mapOf(String.class, kind);
    return new TreeMap<>((Map<String, F>) injector.getInstance(Key.get(type)));
  }

  /** The root module. Every kind has a map, which is empty if no plugin offers that kind. */
  private static final class StrictModule extends AbstractModule {

    private final List<LoadedPlugin> plugins;

    StrictModule(List<LoadedPlugin> plugins) {
      this.plugins = plugins;
    }

    @Override
    protected void configure() {
      binder().requireExplicitBindings();
      binder().requireAtInjectOnConstructors();
      binder().requireExactBindingAnnotations();
      binder().disableCircularProxies();
      for (Kind kind : Kind.values()) {
        MapBinder.newMapBinder(binder(), String.class, kind.factory());
      }
      plugins.forEach(plugin -> install(plugin.module()));
    }
  }
}
