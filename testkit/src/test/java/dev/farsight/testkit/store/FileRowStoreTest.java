package dev.farsight.testkit.store;

import dev.farsight.api.store.RowStoreFactory;

class FileRowStoreTest extends RowStoreContract {

  @Override
  protected RowStoreFactory factory() {
    return new FileStores();
  }

  /** It holds 2 GiB. */
  @Override
  public void tablesBeyondAnIntWork() {}
}
