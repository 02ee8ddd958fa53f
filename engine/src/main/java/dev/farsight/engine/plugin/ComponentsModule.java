package dev.farsight.engine.plugin;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.multibindings.MapBinder;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.store.RowStoreFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Binds a map of factories by name for every kind, empty if no plugin offers that kind. */
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
            .toInstance(factory.cast(registration.factory()));
      }
    }
  }

  @Provides
  Components components(
      Map<String, CachePolicyFactory> policies,
      Map<String, RowStoreFactory> stores,
      Map<String, ComputeFactory> computes,
      Map<String, DataSourceFactory> sources,
      Map<String, ModelFactory> models,
      Map<String, ExportFormat> exportFormats) {
    return new Components(
        new TreeMap<>(policies),
        new TreeMap<>(stores),
        new TreeMap<>(computes),
        new TreeMap<>(sources),
        new TreeMap<>(models),
        new TreeMap<>(exportFormats),
        registrations.stream().map(Registration::offer).toList());
  }
}
