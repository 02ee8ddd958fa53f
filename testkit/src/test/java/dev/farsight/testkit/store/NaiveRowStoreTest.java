package dev.farsight.testkit.store;

import dev.farsight.api.store.RowStoreFactory;
import org.junit.jupiter.api.Tag;

@Tag("nightly")
class NaiveRowStoreTest extends RowStoreContract {

  @Override
  protected RowStoreFactory factory() {
    return new MemoryStores(NaiveRowStore::new);
  }
}
