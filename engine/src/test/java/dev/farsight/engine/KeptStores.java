package dev.farsight.engine;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.store.ForwardingRowStore;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.engine.metrics.WeightsDigest;
import dev.farsight.engine.plugin.Components;
import dev.farsight.testkit.store.AssertingRowStore;
import dev.farsight.testkit.store.DeferredRowStore;
import dev.farsight.testkit.store.FaultyRowStore;
import dev.farsight.testkit.store.NaiveRowStore;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Replaces the configured store by a naive one that stays readable after the run, so a test can
 * check the rows after a failure. The store can throw faults that the test selects, and checks how
 * it is called.
 */
final class KeptStores implements RowStoreFactory {

  private final UnaryOperator<FaultyRowStore> faults;
  private NaiveRowStore kept;

  KeptStores(UnaryOperator<FaultyRowStore> faults) {
    this.faults = faults;
  }

  Components in(Components components) {
    return insteadOfConfigured(this, components);
  }

  /** Components in which the given store replaces the one of the same name. */
  static Components insteadOfConfigured(RowStoreFactory other, Components components) {
    var stores = new TreeMap<>(components.stores());
    stores.put(other.name(), other);
    return new Components(
        components.policies(),
        stores,
        components.computes(),
        components.sources(),
        components.models(),
        components.collectives(),
        components.exportFormats(),
        components.offers());
  }

  @Override
  public String name() {
    return "offheap";
  }

  @Override
  public MemoryForecast forecast(StoreSpec spec) {
    return MemoryForecast.none();
  }

  @Override
  public RowStore open(StoreSpec spec) {
    kept = new NaiveRowStore(spec);
    // Completes calls as late as the contract allows: an engine that does not wait fails the test.
    var deferred = new DeferredRowStore(faults.apply(new FaultyRowStore(new Unclosed(kept))));
    return new AssertingRowStore(deferred);
  }

  /** Digest of the rows after the last run. */
  String rowsSha256() {
    try (var workers = new Workers("test", 1)) {
      return WeightsDigest.hex(kept, new NoDense(), workers);
    }
  }

  private static final class Unclosed extends ForwardingRowStore {

    Unclosed(RowStore store) {
      super(store);
    }

    @Override
    public void close() {}
  }

  private static final class NoDense implements DenseState {

    @Override
    public List<Parameter> parameters() {
      return List.of();
    }

    @Override
    public void read(int parameter, float[] target) {
      throw new AssertionError();
    }

    @Override
    public void write(int parameter, float[] from) {
      throw new AssertionError();
    }
  }
}
