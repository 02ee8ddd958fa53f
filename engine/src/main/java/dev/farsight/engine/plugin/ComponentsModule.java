package dev.farsight.engine.plugin;

import com.google.inject.AbstractModule;
import com.google.inject.Key;
import com.google.inject.Provider;
import com.google.inject.multibindings.MapBinder;
import com.google.inject.util.Types;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.engine.attribution.AttributedFactories;
import dev.farsight.engine.attribution.PluginCalls;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Binds a map of factories by name for every kind, empty if no plugin offers that kind. What a
 * factory or something that it made throws will name the plugin.
 */
final class ComponentsModule extends AbstractModule {

  private final List<Registration> registrations;

  ComponentsModule(List<Registration> registrations) {
    this.registrations = registrations;
  }

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    binder().requireAtInjectOnConstructors();
    binder().requireExactBindingAnnotations();
    binder().disableCircularProxies();
    for (Kind kind : Kind.values()) {
      bind(kind, kind.factory());
    }
    bindComponents();
  }

  private <F> void bind(Kind kind, Class<F> factory) {
    var factories = MapBinder.newMapBinder(binder(), String.class, factory);
    for (Registration registration : registrations) {
      if (registration.offer().kind() == kind) {
        factories
            .addBinding(registration.offer().name())
            .toInstance(factory.cast(attributed(factory, registration)));
      }
    }
  }

  private static Object attributed(Class<?> kind, Registration registration) {
    Offer offer = registration.offer();
    var calls = new PluginCalls(offer.description(), registration.loader());
    return AttributedFactories.of(kind, registration.factory(), offer.name(), calls);
  }

  /**
   * Given rather than injected into a method: for that, Guice would define a class through {@code
   * sun.misc.Unsafe}, of which Java 24 and later warn.
   */
  private void bindComponents() {
    var policies = factories(CachePolicyFactory.class);
    var stores = factories(RowStoreFactory.class);
    var computes = factories(ComputeFactory.class);
    var sources = factories(DataSourceFactory.class);
    var models = factories(ModelFactory.class);
    var collectives = factories(CollectiveFactory.class);
    var exportFormats = factories(ExportFormat.class);
    List<Offer> offers = registrations.stream().map(Registration::offer).toList();
    bind(Components.class)
        .toProvider(
            () ->
                new Components(
                    new TreeMap<>(policies.get()),
                    new TreeMap<>(stores.get()),
                    new TreeMap<>(computes.get()),
                    new TreeMap<>(sources.get()),
                    new TreeMap<>(models.get()),
                    new TreeMap<>(collectives.get()),
                    new TreeMap<>(exportFormats.get()),
                    offers));
  }

  @SuppressWarnings("unchecked")
  private <F> Provider<Map<String, F>> factories(Class<F> factory) {
    return getProvider((Key<Map<String, F>>) Key.get(Types.mapOf(String.class, factory)));
  }
}
