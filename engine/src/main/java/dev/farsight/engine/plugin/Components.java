package dev.farsight.engine.plugin;

import static java.util.Collections.unmodifiableSortedMap;

import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.internal.Nearest;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.store.RowStoreFactory;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All factories and export formats that plugins offer, by name. Immutable.
 *
 * @param policies choices of {@code cache.policy}
 * @param stores choices of {@code storage.backend}
 * @param computes choices of {@code compute.backend}
 * @param sources choices of {@code data.source}
 * @param models choices of {@code model.type}
 * @param collectives choices of {@code sharding.collective}
 * @param exportFormats choices of {@code farsight export --format}
 * @param offers all of these with the plugins that offer them, sorted by kind and name
 */
public record Components(
    SortedMap<String, CachePolicyFactory> policies,
    SortedMap<String, RowStoreFactory> stores,
    SortedMap<String, ComputeFactory> computes,
    SortedMap<String, DataSourceFactory> sources,
    SortedMap<String, ModelFactory> models,
    SortedMap<String, CollectiveFactory> collectives,
    SortedMap<String, ExportFormat> exportFormats,
    List<Offer> offers) {

  public Components {
    policies = unmodifiableSortedMap(new TreeMap<>(policies));
    stores = unmodifiableSortedMap(new TreeMap<>(stores));
    computes = unmodifiableSortedMap(new TreeMap<>(computes));
    sources = unmodifiableSortedMap(new TreeMap<>(sources));
    models = unmodifiableSortedMap(new TreeMap<>(models));
    collectives = unmodifiableSortedMap(new TreeMap<>(collectives));
    exportFormats = unmodifiableSortedMap(new TreeMap<>(exportFormats));
    offers = List.copyOf(offers);
  }

  /**
   * The cache policy that the configuration names.
   *
   * @param farsight the section {@code farsight}
   * @throws dev.farsight.api.config.ConfigException if no plugin offers it; the message lists the
   *     available names
   */
  public CachePolicyFactory policy(Settings farsight) {
    return configured(Kind.POLICY, farsight, policies);
  }

  /**
   * As {@link #policy(Settings)}, for another key that names a cache policy.
   *
   * @param key the key of {@code section} whose value is {@code name}
   */
  public CachePolicyFactory policy(String name, Settings section, String key) {
    return named(Kind.POLICY, name, section, key, policies);
  }

  /** As {@link #policy(Settings)}, for {@code storage.backend}. */
  public RowStoreFactory store(Settings farsight) {
    return configured(Kind.STORE, farsight, stores);
  }

  /** As {@link #policy(Settings)}, for {@code compute.backend}. */
  public ComputeFactory compute(Settings farsight) {
    return configured(Kind.COMPUTE, farsight, computes);
  }

  /** As {@link #policy(Settings)}, for {@code data.source}. */
  public DataSourceFactory source(Settings farsight) {
    return configured(Kind.SOURCE, farsight, sources);
  }

  /** As {@link #policy(Settings)}, for {@code model.type}. */
  public ModelFactory model(Settings farsight) {
    return configured(Kind.MODEL, farsight, models);
  }

  /** As {@link #policy(Settings)}, for {@code sharding.collective}. */
  public CollectiveFactory collective(Settings farsight) {
    return configured(Kind.COLLECTIVE, farsight, collectives);
  }

  /** Checks that plugins offer all components that the configuration names. */
  public void check(Settings farsight) {
    source(farsight);
    model(farsight);
    policy(farsight);
    store(farsight);
    compute(farsight);
  }

  private static <F> F configured(Kind kind, Settings farsight, SortedMap<String, F> factories) {
    var section = farsight.section(kind.section());
    return named(kind, section.string(kind.key()), section, kind.key(), factories);
  }

  private static <F> F named(
      Kind kind, String name, Settings section, String key, SortedMap<String, F> factories) {
    F factory = factories.get(name);
    if (factory != null) {
      return factory;
    }
    String suggestion =
        OwnArtifacts.of(kind, name)
            .map(artifact -> " here: it is in the artifact " + artifact + ", which is missing")
            .orElseGet(() -> Nearest.question(name, factories.keySet()));
    String available = factories.isEmpty() ? "none" : String.join(", ", factories.keySet());
    throw section.bad(
        key, "is not a known " + kind.title() + suggestion + " (available: " + available + ")");
  }
}
