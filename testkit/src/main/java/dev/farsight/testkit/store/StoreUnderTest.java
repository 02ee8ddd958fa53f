package dev.farsight.testkit.store;

import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.TableSet;
import java.nio.file.Path;

/** What the parts of {@link RowStoreContract} share: where stores come from. */
interface StoreUnderTest {

  /** The factory of the stores under test. */
  RowStoreFactory stores();

  /** The spec of a new store, with a folder of its own. */
  StoreSpec spec(TableSet tables, RowFormat format);

  /** A folder that does not exist yet, in which a store may be made. */
  Path newFolder();

  /** What a test does with a store and its oracle. */
  @FunctionalInterface
  interface Play {
    void play(RowStore store, StoreComparison comparison) throws Exception;
  }

  /** Plays with a new store; a failure names the seed. */
  default void play(TableSet tables, RowFormat format, long seed, Play play) {
    try (RowStore store = stores().open(spec(tables, format))) {
      play.play(store, new StoreComparison(store, seed));
    } catch (AssertionError | Exception e) {
      throw new AssertionError("seed " + seed + ", " + format + ": " + e.getMessage(), e);
    }
  }
}
