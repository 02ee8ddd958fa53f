package dev.farsight.storage.offheap;

import dev.farsight.api.config.Settings;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.testkit.store.RowStoreContract;

class OffHeapStoreTest extends RowStoreContract {

  @Override
  protected Settings settings() {
    return TestSettings.of("memory-limit = 1 TiB");
  }

  @Override
  protected RowStore open(StoreSpec spec) {
    return new OffHeapStoreFactory().open(spec);
  }
}
