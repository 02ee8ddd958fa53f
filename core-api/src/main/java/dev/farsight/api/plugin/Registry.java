package dev.farsight.api.plugin;

import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.store.RowStoreFactory;

/**
 * Where a plugin registers its factories and export formats. A configuration chooses a factory by
 * its name, the command line a format; two of a kind with one name are an error that names both
 * plugins. How the engine is wired is not part of it: a plugin that wires its parts with Guice may
 * extend {@code GuicePlugin} of the artifact farsight-plugin-guice.
 */
public interface Registry {

  /** Offers a choice of {@code cache.policy}. */
  void policy(CachePolicyFactory factory);

  /** Offers a choice of {@code storage.backend}. */
  void store(RowStoreFactory factory);

  /** Offers a choice of {@code compute.backend}. */
  void compute(ComputeFactory factory);

  /** Offers a choice of {@code data.source}. */
  void dataSource(DataSourceFactory factory);

  /** Offers a choice of {@code model.type}. */
  void model(ModelFactory factory);

  /** Offers a choice of {@code sharding.collective}. */
  void collective(CollectiveFactory factory);

  /** Offers a choice of {@code farsight export --format}. */
  void exportFormat(ExportFormat format);
}
