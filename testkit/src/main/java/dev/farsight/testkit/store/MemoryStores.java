package dev.farsight.testkit.store;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;
import java.util.function.Function;

/**
 * A factory of stores that end with their process, such as a wrapper around a {@link
 * NaiveRowStore}. It forecasts no memory.
 *
 * @param stores opens a store
 */
public record MemoryStores(Function<StoreSpec, RowStore> stores) implements RowStoreFactory {

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public MemoryForecast forecast(StoreSpec spec) {
    return MemoryForecast.none();
  }

  @Override
  public RowStore open(StoreSpec spec) {
    return stores.apply(spec);
  }
}
