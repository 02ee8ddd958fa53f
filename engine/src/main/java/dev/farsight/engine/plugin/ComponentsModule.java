package dev.farsight.engine.plugin;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.multibindings.MapBinder;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.data.DataSourceFactory;
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
    var calls = new PluginCalls(offer.description());
    return AttributedFactories.of(kind, registration.factory(), offer.name(), calls);
  }

  @Provides
  Components components(
      Map<String, CachePolicyFactory> policies,
      Map<String, RowStoreFactory> stores,
      Map<String, ComputeFactory> computes,
      Map<String, DataSourceFactory> sources,
      Map<String, ModelFactory> models) {
    return new Components(
        new TreeMap<>(policies),
        new TreeMap<>(stores),
        new TreeMap<>(computes),
        new TreeMap<>(sources),
        new TreeMap<>(models),
        registrations.stream().map(Registration::offer).toList());
  }
}
