package dev.farsight.testkit.store;

import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.TableSet;
import dev.farsight.testkit.config.Sections;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every row store must do. Extend it and name the factory:
 *
 * <pre>
 * class MyStoreTest extends RowStoreContract {
 *   &#64;Override
 *   protected RowStoreFactory factory() {
 *     return new MyStoreFactory();
 *   }
 * }
 * </pre>
 *
 * <p>The factory opens every store in a new folder, {@link StoreSpec#directory}, with the settings
 * of {@link #settings}, and also while another store is open. A store that keeps files keeps them
 * there: do not set another folder. A store without a factory of its own, such as a wrapper, is
 * opened by {@link MemoryStores}.
 *
 * <p>The tests are grouped by what they are about: {@link RowValueContract} (what rows hold),
 * {@link RowIdContract}, {@link GenerationContract} (all rows drawn anew), {@link
 * StoreThreadsContract}, {@link StoreLifeContract} (from open to close) and, for stores whose
 * factory says that they are {@linkplain RowStoreFactory#persistent persistent}, {@link
 * ReopenContract} and {@link OtherRowsContract}; they are skipped for stores in memory. Random
 * operations are compared with a {@link NaiveRowStore}; a failure names the seed.
 *
 * <p>The whole takes some seconds. One test has tables of 4.5e9 rows, of which it writes some
 * hundred; the store must keep rows sparsely.
 *
 * <p>Not tested: what {@link RowStoreFactory#probe} and {@link RowStoreFactory#forecast} say, a
 * full disk, damaged files, a loss of power, several processes at one store, rows that are lost
 * because they were not flushed, and speed.
 */
public abstract class RowStoreContract
    implements RowValueContract,
        RowIdContract,
        GenerationContract,
        StoreThreadsContract,
        StoreLifeContract,
        ReopenContract,
        OtherRowsContract {

  private static final long SEED = 7;

  @TempDir Path folder;
  private int folders;

  /** The factory of the stores under test. */
  protected abstract RowStoreFactory factory();

  /**
   * The store's own settings as HOCON, such as {@code maps = 2}; they go before those of the
   * reference.conf.
   */
  protected String settings() {
    return "";
  }

  @Override
  public final RowStoreFactory stores() {
    return factory();
  }

  @Override
  public final Path newFolder() {
    return folder.resolve("store-" + folders++);
  }

  @Override
  public final StoreSpec spec(TableSet tables, RowFormat format) {
    RowStoreFactory factory = factory();
    return new StoreSpec(
        tables,
        format,
        new InitialRows(tables, format, SEED),
        Sections.of("farsight.storage." + factory.name(), settings(), factory),
        2,
        newFolder());
  }

  /** Tables of these many rows. */
  protected static TableSet tables(int... rows) {
    return StoreCases.tables(rows);
  }
}
