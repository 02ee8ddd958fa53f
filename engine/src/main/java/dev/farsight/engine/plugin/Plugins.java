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
 * The plugins of the class path and of a folder of jars, wired by one Guice injector with strict
 * binders. Each jar has a class loader of its own, whose parent comes first, so plugins share the
 * interfaces of core-api and nothing else; a plugin's jar brings the libraries that it needs.
 *
 * <p>Close it after everything that was made by the factories: classes that were not needed so far
 * cannot be loaded from the jars any more.
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

  /** Those of the class path alone. */
  public static Plugins load(ClassLoader application) {
    return load(application, Optional.empty());
  }

  /**
   * @param folder the folder whose jars to load; none is like an empty one
   * @throws ConfigException if a jar is no plugin, does not fit this version, cannot be loaded, or
   *     offers a name that another plugin offers too
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

  /** What these plugins offer, without looking anywhere else; for tests and embedding. */
  public static Components of(FarsightPlugin... plugins) {
    var found = new ArrayList<FoundPlugin>();
    for (FarsightPlugin plugin : plugins) {
      found.add(new FoundPlugin(plugin, "given"));
    }
    return wire(found);
  }

  public Components components() {
    return components;
  }

  /** The class loaders of the application and the jars, which find their reference.conf files. */
  public List<ClassLoader> loaders() {
    return loaders;
  }

  @Override
  public void close() {
    jars.forEach(PluginJar::close);
  }

  private static List<FoundPlugin> onClassPath(ClassLoader application) {
    try {
      return ServiceLoader.load(FarsightPlugin.class, application).stream()
          .map(provider -> new FoundPlugin(provider.get(), "class path"))
          .toList();
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new ConfigException("class path: " + FoundPlugin.reason(e), e);
    }
  }

  private static List<Path> jarsIn(Path folder) {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new ConfigException("plugins.path: " + folder + " cannot be listed", e);
    }
  }

  private static Components wire(List<FoundPlugin> plugins) {
    var offers = offers(plugins);
    Injector injector;
    try {
      injector = Guice.createInjector(new Strict(plugins));
    } catch (CreationException e) {
      var first = e.getErrorMessages().iterator().next();
      throw new ConfigException("plugins: " + FoundPlugin.firstLine(first.getMessage()), e);
    }
    return new Components(
        factories(injector, CachePolicyFactory.class),
        factories(injector, RowStoreFactory.class),
        factories(injector, ComputeFactory.class),
        factories(injector, DataSourceFactory.class),
        factories(injector, ModelFactory.class),
        offers);
  }

  private static List<Offer> offers(List<FoundPlugin> plugins) {
    Map<List<Object>, Offer> first = new HashMap<>();
    for (FoundPlugin plugin : plugins) {
      for (Offer offer : plugin.offers()) {
        Offer other = first.putIfAbsent(List.of(offer.kind(), offer.name()), offer);
        if (other != null) {
          throw new ConfigException(
              "two plugins offer the %s %s: %s (%s) and %s (%s); take one away"
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
    return first.values().stream()
        .sorted(Comparator.comparing(Offer::kind).thenComparing(Offer::name))
        .toList();
  }

  @SuppressWarnings("unchecked")
  private static <F> SortedMap<String, F> factories(Injector injector, Class<F> kind) {
    var type = Types.mapOf(String.class, kind);
    return new TreeMap<>((Map<String, F>) injector.getInstance(Key.get(type)));
  }

  /** The root module: every kind has a map, if only an empty one. */
  private static final class Strict extends AbstractModule {

    private final List<FoundPlugin> plugins;

    Strict(List<FoundPlugin> plugins) {
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
