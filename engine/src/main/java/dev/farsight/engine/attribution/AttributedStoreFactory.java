package dev.farsight.engine.attribution;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.compute.ComputeFactory.Availability;
import dev.farsight.api.config.Settings;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;

/** A plugin's row stores. */
final class AttributedStoreFactory extends Attributed<RowStoreFactory> implements RowStoreFactory {

  AttributedStoreFactory(RowStoreFactory factory, String name, PluginCalls calls) {
    super(factory, name, calls);
  }

  @Override
  public void check(Settings own) {
    calls.run("RowStoreFactory.check", () -> factory.check(own));
  }

  @Override
  public Availability probe() {
    return calls.get("RowStoreFactory.probe", factory::probe);
  }

  @Override
  public boolean persistent() {
    return calls.get("RowStoreFactory.persistent", factory::persistent);
  }

  @Override
  public MemoryForecast forecast(StoreSpec spec) {
    return calls.get("RowStoreFactory.forecast", () -> factory.forecast(spec));
  }

  @Override
  public RowStore open(StoreSpec spec) {
    return new AttributedStore(calls.get("RowStoreFactory.open", () -> factory.open(spec)), calls);
  }

  @Override
  public RowStore reopen(StoreSpec spec) {
    return new AttributedStore(
        calls.get("RowStoreFactory.reopen", () -> factory.reopen(spec)), calls);
  }

  @Override
  public RowReader openReader(StoreSpec spec) {
    return new AttributedReader(
        calls.get("RowStoreFactory.openReader", () -> factory.openReader(spec)),
        calls,
        "RowReader");
  }
}
