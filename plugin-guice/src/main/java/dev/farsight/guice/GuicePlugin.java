package dev.farsight.guice;

import com.google.inject.AbstractModule;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.util.Types;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;
import dev.farsight.api.store.RowStoreFactory;
import java.util.List;
import java.util.Set;

/**
 * A plugin whose factories Guice makes. It registers what its modules add to the set of a kind:
 *
 * <pre>
 * public final class SievePlugin extends GuicePlugin {
 *   public SievePlugin() {
 *     super("sieve", FarsightPlugin.API_VERSION, new SieveModule());
 *   }
 * }
 *
 * final class SieveModule extends AbstractModule {
 *   &#64;Override
 *   protected void configure() {
 *     Multibinder.newSetBinder(binder(), CachePolicyFactory.class).addBinding().to(SieveFactory.class);
 *     bind(SieveFactory.class);
 *   }
 * }
 * </pre>
 *
 * <p>Each plugin has an injector of its own, so plugins cannot see each other's bindings, and the
 * engine sees none. Bindings are explicit: a class that no module binds cannot be injected. Put
 * this artifact and Guice into the plugin's jar; their version is then the plugin's choice.
 */
public abstract class GuicePlugin extends FarsightPlugin {

  private final List<Module> modules;

  protected GuicePlugin(String name, int apiVersion, Module... modules) {
    super(name, apiVersion);
    this.modules = List.of(modules);
  }

  /**
   * @throws ConfigException if a module is wrong; the message is the first line of Guice's
   */
  @Override
  public final void register(Registry registry) {
    Injector injector;
    try {
      injector = Guice.createInjector(new Strict(modules));
    } catch (CreationException e) {
      String first = e.getErrorMessages().iterator().next().getMessage();
      throw new ConfigException(first.strip().lines().findFirst().orElse(e.toString()), e);
    }
    all(injector, CachePolicyFactory.class).forEach(registry::policy);
    all(injector, RowStoreFactory.class).forEach(registry::store);
    all(injector, ComputeFactory.class).forEach(registry::compute);
    all(injector, DataSourceFactory.class).forEach(registry::dataSource);
    all(injector, ModelFactory.class).forEach(registry::model);
    all(injector, CollectiveFactory.class).forEach(registry::collective);
    all(injector, ExportFormat.class).forEach(registry::exportFormat);
  }

  @SuppressWarnings("unchecked")
  private static <F> Set<F> all(Injector injector, Class<F> factory) {
    return (Set<F>) injector.getInstance(Key.get(Types.setOf(factory)));
  }

  /** The plugin's modules, and a set for each kind, which may stay empty. */
  private static final class Strict extends AbstractModule {

    private final List<Module> modules;

    Strict(List<Module> modules) {
      this.modules = modules;
    }

    @Override
    protected void configure() {
      binder().requireExplicitBindings();
      binder().requireAtInjectOnConstructors();
      binder().requireExactBindingAnnotations();
      binder().disableCircularProxies();
      Multibinder.newSetBinder(binder(), CachePolicyFactory.class);
      Multibinder.newSetBinder(binder(), RowStoreFactory.class);
      Multibinder.newSetBinder(binder(), ComputeFactory.class);
      Multibinder.newSetBinder(binder(), DataSourceFactory.class);
      Multibinder.newSetBinder(binder(), ModelFactory.class);
      Multibinder.newSetBinder(binder(), CollectiveFactory.class);
      Multibinder.newSetBinder(binder(), ExportFormat.class);
      modules.forEach(this::install);
    }
  }
}
