package dev.farsight.testkit.store;

import dev.farsight.api.store.RowStoreFactory;

class NaiveRowStoreTest extends RowStoreContract {

  @Override
  protected RowStoreFactory factory() {
    return new MemoryStores(NaiveRowStore::new);
  }
}
