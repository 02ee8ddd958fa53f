package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.engine.plugin.Components;
import dev.farsight.testkit.store.FileRowStore;
import java.nio.file.Path;

/** Replaces the configured store by a persistent one in a file. */
record FileStores(Path file) implements RowStoreFactory {

  Components in(Components components) {
    return KeptStores.insteadOfConfigured(this, components);
  }

  @Override
  public String name() {
    return "offheap";
  }

  @Override
  public boolean persistent() {
    return true;
  }

  @Override
  public MemoryForecast forecast(StoreSpec spec) {
    return MemoryForecast.none();
  }

  @Override
  public RowStore open(StoreSpec spec) {
    return new FileRowStore(spec, file);
  }

  @Override
  public RowReader openReader(StoreSpec spec) {
    assertThat(file).exists();
    return new FileRowStore(spec, file);
  }
}
