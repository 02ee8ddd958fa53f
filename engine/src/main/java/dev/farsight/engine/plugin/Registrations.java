package dev.farsight.engine.plugin;

import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.plugin.Registry;
import dev.farsight.api.store.RowStoreFactory;
import java.util.ArrayList;
import java.util.List;

/** Collects what one plugin registers. */
final class Registrations implements Registry {

  private final String plugin;
  private final String from;
  private final List<Registration> list = new ArrayList<>();

  Registrations(String plugin, String from) {
    this.plugin = plugin;
    this.from = from;
  }

  List<Registration> list() {
    return List.copyOf(list);
  }

  @Override
  public void policy(CachePolicyFactory factory) {
    add(Kind.POLICY, factory == null ? null : factory.name(), factory);
  }

  @Override
  public void store(RowStoreFactory factory) {
    add(Kind.STORE, factory == null ? null : factory.name(), factory);
  }

  @Override
  public void compute(ComputeFactory factory) {
    add(Kind.COMPUTE, factory == null ? null : factory.name(), factory);
  }

  @Override
  public void dataSource(DataSourceFactory factory) {
    add(Kind.SOURCE, factory == null ? null : factory.name(), factory);
  }

  @Override
  public void model(ModelFactory factory) {
    add(Kind.MODEL, factory == null ? null : factory.name(), factory);
  }

  @Override
  public void collective(CollectiveFactory factory) {
    add(Kind.COLLECTIVE, factory == null ? null : factory.name(), factory);
  }

  @Override
  public void exportFormat(ExportFormat format) {
    add(Kind.EXPORT_FORMAT, format == null ? null : format.name(), format);
  }

  private void add(Kind kind, String name, Object factory) {
    if (factory == null) {
      throw new ConfigException("registers null as " + kind.titleWithArticle());
    }
    if (name == null || name.isBlank()) {
      throw new ConfigException(
          "registers "
              + kind.titleWithArticle()
              + " without a name: "
              + factory.getClass().getName());
    }
    ClassLoader loader = factory.getClass().getClassLoader();
    list.add(new Registration(new Offer(kind, name, plugin, from), factory, loader));
  }
}
