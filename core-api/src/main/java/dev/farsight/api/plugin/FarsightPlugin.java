package dev.farsight.api.plugin;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.MapBinder;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.store.RowStoreFactory;

/**
 * The entry point of a plugin: a Guice module that binds named factories. Everything
 * interchangeable comes from plugins, built-in or third-party. A plugin is a jar with a subclass
 * that has a public constructor without arguments, a line with its name in {@code
 * META-INF/services/}{@value #SERVICE}, and a {@code reference.conf} with its settings at {@code
 * farsight.KIND.NAME}.
 *
 * <pre>
 * public final class SievePlugin extends FarsightPlugin {
 *   public SievePlugin() {
 *     super("sieve", FarsightPlugin.API_VERSION);
 *   }
 *
 *   &#64;Override
 *   protected void configure() {
 *     policy(new SieveFactory());
 *   }
 * }
 * </pre>
 */
public abstract class FarsightPlugin extends AbstractModule {

  /**
   * Version of this interface. A constant, so that the compiler copies it into the plugin, which
   * then reports the version that it was compiled against.
   */
  public static final int API_VERSION = 1;

  /** The file in {@code META-INF/services/} of a plugin's jar that names the plugin's class. */
  public static final String SERVICE = "dev.farsight.api.plugin.FarsightPlugin";

  private final String name;
  private final int apiVersion;

  protected FarsightPlugin(String name, int apiVersion) {
    this.name = name;
    this.apiVersion = apiVersion;
  }

  /** The plugin's name, for messages and {@code farsight list}. */
  public final String name() {
    return name;
  }

  /** Version of the interface that the plugin was compiled against. */
  public final int apiVersion() {
    return apiVersion;
  }

  protected final void policy(CachePolicyFactory factory) {
    offer(CachePolicyFactory.class, factory.name(), factory);
  }

  protected final void store(RowStoreFactory factory) {
    offer(RowStoreFactory.class, factory.name(), factory);
  }

  protected final void compute(ComputeFactory factory) {
    offer(ComputeFactory.class, factory.name(), factory);
  }

  protected final void dataSource(DataSourceFactory factory) {
    offer(DataSourceFactory.class, factory.name(), factory);
  }

  protected final void model(ModelFactory factory) {
    offer(ModelFactory.class, factory.name(), factory);
  }

  private <F> void offer(Class<F> kind, String factoryName, F factory) {
    MapBinder.newMapBinder(binder(), String.class, kind)
        .addBinding(factoryName)
        .toInstance(factory);
  }
}
