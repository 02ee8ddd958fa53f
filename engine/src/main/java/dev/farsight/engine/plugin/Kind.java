package dev.farsight.engine.plugin;

import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.store.RowStoreFactory;

/**
 * The kinds of components that plugins offer. For each kind, a configuration key names the
 * component to use; an export format is named by an option of {@code farsight export}.
 */
public enum Kind {
  POLICY("cache policy", "cache", "policy", CachePolicyFactory.class),
  STORE("row store", "storage", "backend", RowStoreFactory.class),
  COMPUTE("compute backend", "compute", "backend", ComputeFactory.class),
  SOURCE("data source", "data", "source", DataSourceFactory.class),
  MODEL("model", "model", "type", ModelFactory.class),
  COLLECTIVE("collective", "sharding", "collective", CollectiveFactory.class),
  EXPORT_FORMAT("export format", "", "--format", ExportFormat.class);

  private final String title;
  private final String section;
  private final String key;
  private final Class<?> factory;

  Kind(String title, String section, String key, Class<?> factory) {
    this.title = title;
    this.section = section;
    this.key = key;
    this.factory = factory;
  }

  /** The name of the kind in messages. */
  public String title() {
    return title;
  }

  /** The kind in a sentence: "a cache policy", "an export format". */
  String titleWithArticle() {
    return (title.startsWith("e") ? "an " : "a ") + title;
  }

  /** The section of the key, below {@code farsight}; empty for an option of a command. */
  public String section() {
    return section;
  }

  /** The key that names the component to use, without its section; or the option that does. */
  public String key() {
    return key;
  }

  /** The key with its section, such as {@code cache.policy}; or the option. */
  public String chosenBy() {
    return section.isEmpty() ? key : section + "." + key;
  }

  /** The interface of the kind's factories. */
  Class<?> factory() {
    return factory;
  }
}
