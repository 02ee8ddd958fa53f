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
 * Stands in for the configured store: a naive one that survives the run, so that a test can look at
 * what a failed run has left, behind faults that the test asks for and checks of how it is called.
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

  /** Components whose store of that name is another. */
  static Components insteadOfConfigured(RowStoreFactory other, Components components) {
    var stores = new TreeMap<>(components.stores());
    stores.put(other.name(), other);
    return new Components(
        components.policies(),
        stores,
        components.computes(),
        components.sources(),
        components.models(),
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
    // As late as the contract allows, so that an engine which does not wait is found out.
    var deferred = new DeferredRowStore(faults.apply(new FaultyRowStore(new Unclosed(kept))));
    return new AssertingRowStore(deferred);
  }

  /** Digest of the rows that the last run has left. */
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
    public void read(int parameter, float[] into) {
      throw new AssertionError();
    }

    @Override
    public void write(int parameter, float[] from) {
      throw new AssertionError();
    }
  }
}
