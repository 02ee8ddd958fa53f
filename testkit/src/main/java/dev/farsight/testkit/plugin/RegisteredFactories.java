package dev.farsight.testkit.plugin;

import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;
import dev.farsight.api.store.RowStoreFactory;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The factories and export formats of one plugin by name, kind by kind. */
public final class RegisteredFactories implements Registry {

  private final Map<String, CachePolicyFactory> policies = new TreeMap<>();
  private final Map<String, RowStoreFactory> stores = new TreeMap<>();
  private final Map<String, ComputeFactory> computes = new TreeMap<>();
  private final Map<String, DataSourceFactory> sources = new TreeMap<>();
  private final Map<String, ModelFactory> models = new TreeMap<>();
  private final Map<String, CollectiveFactory> collectives = new TreeMap<>();
  private final Map<String, ExportFormat> exportFormats = new TreeMap<>();

  private RegisteredFactories() {}

  /** What a plugin registers. */
  public static RegisteredFactories of(FarsightPlugin plugin) {
    var registered = new RegisteredFactories();
    plugin.register(registered);
    return registered;
  }

  /**
   * What a plugin registers that is found as the engine finds it, by its service line.
   *
   * @throws AssertionError if no service line on the class path names the class
   */
  public static RegisteredFactories ofService(Class<? extends FarsightPlugin> plugin) {
    return of(
        ServiceLoader.load(FarsightPlugin.class).stream()
            .filter(provider -> provider.type() == plugin)
            .findFirst()
            .orElseThrow(
                () ->
                    new AssertionError(
                        "no META-INF/services/%s names %s"
                            .formatted(FarsightPlugin.SERVICE, plugin.getName())))
            .get());
  }

  public Map<String, CachePolicyFactory> policies() {
    return policies;
  }

  public Map<String, RowStoreFactory> stores() {
    return stores;
  }

  public Map<String, ComputeFactory> computes() {
    return computes;
  }

  public Map<String, DataSourceFactory> sources() {
    return sources;
  }

  public Map<String, ModelFactory> models() {
    return models;
  }

  public Map<String, CollectiveFactory> collectives() {
    return collectives;
  }

  public Map<String, ExportFormat> exportFormats() {
    return exportFormats;
  }

  @Override
  public void policy(CachePolicyFactory factory) {
    add(policies, factory.name(), factory);
  }

  @Override
  public void store(RowStoreFactory factory) {
    add(stores, factory.name(), factory);
  }

  @Override
  public void compute(ComputeFactory factory) {
    add(computes, factory.name(), factory);
  }

  @Override
  public void dataSource(DataSourceFactory factory) {
    add(sources, factory.name(), factory);
  }

  @Override
  public void model(ModelFactory factory) {
    add(models, factory.name(), factory);
  }

  @Override
  public void collective(CollectiveFactory factory) {
    add(collectives, factory.name(), factory);
  }

  @Override
  public void exportFormat(ExportFormat format) {
    add(exportFormats, format.name(), format);
  }

  private static <F> void add(Map<String, F> factories, String name, F factory) {
    if (factories.putIfAbsent(name, factory) != null) {
      throw new AssertionError("the plugin registers " + name + " twice");
    }
  }
}
