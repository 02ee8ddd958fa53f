package dev.farsight.engine.attribution;

import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.store.RowStoreFactory;

/** Wraps what plugins register. */
public final class AttributedFactories {

  private AttributedFactories() {}

  /**
   * A factory whose failures, and those of what it makes, name it.
   *
   * @param kind the interface for which the plugin registered it
   * @param name the name under which the plugin registered it
   */
  public static Object of(Class<?> kind, Object factory, String name, PluginCalls calls) {
    if (kind == CachePolicyFactory.class) {
      return new AttributedPolicyFactory((CachePolicyFactory) factory, name, calls);
    }
    if (kind == RowStoreFactory.class) {
      return new AttributedStoreFactory((RowStoreFactory) factory, name, calls);
    }
    if (kind == ComputeFactory.class) {
      return new AttributedComputeFactory((ComputeFactory) factory, name, calls);
    }
    if (kind == DataSourceFactory.class) {
      return new AttributedSourceFactory((DataSourceFactory) factory, name, calls);
    }
    if (kind == ModelFactory.class) {
      return new AttributedModelFactory((ModelFactory) factory, name, calls);
    }
    if (kind == CollectiveFactory.class) {
      return new AttributedCollectiveFactory((CollectiveFactory) factory, name, calls);
    }
    if (kind == ExportFormat.class) {
      return new AttributedFormat((ExportFormat) factory, name, calls);
    }
    throw new IllegalArgumentException(kind.getName());
  }
}
