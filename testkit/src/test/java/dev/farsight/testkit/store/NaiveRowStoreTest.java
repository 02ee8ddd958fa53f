package dev.farsight.testkit.store;

import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;

class NaiveRowStoreTest extends RowStoreContract {

  @Override
  protected RowStore open(StoreSpec spec) {
    return new NaiveRowStore(spec);
  }
}
