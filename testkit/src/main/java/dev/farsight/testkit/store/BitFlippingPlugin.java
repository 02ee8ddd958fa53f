package dev.farsight.testkit.store;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Offers the store {@code bit-flipping}: a {@link BitFlippingStore} over rows in memory, set up by
 * a configuration:
 *
 * <pre>
 * storage.backend = bit-flipping
 * storage.bit-flipping { flip-row = 17, flip-after = 3, flip-every = true }
 * </pre>
 *
 * <p>No run finds it unless a test puts it on the class path: {@link #writeTo} makes a folder for
 * that.
 */
public final class BitFlippingPlugin extends FarsightPlugin {

  /** The name of the store. */
  public static final String NAME = "bit-flipping";

  /** The store's settings and their defaults. */
  static final String REFERENCE =
      """
      farsight.storage.bit-flipping {
        # The row whose reads are falsified; null for any row.
        flip-row = null

        # How many reads of it (of all rows, if it is null) are right before the first wrong one.
        flip-after = 0

        # Whether all later reads are wrong too, or only that one.
        flip-every = false

        # The bit of the row that is flipped: the highest of the first float's fraction.
        flip-bit = 22
      }
      """;

  public BitFlippingPlugin() {
    super(NAME, API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.store(new Factory());
  }

  /**
   * Makes a folder of classes that offers this plugin. Together with testkit it goes on the class
   * path of a process, or into a class loader.
   *
   * @return the folder
   */
  public static Path writeTo(Path folder) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve(SERVICE), BitFlippingPlugin.class.getName() + "\n");
    Files.writeString(folder.resolve("reference.conf"), REFERENCE);
    return folder;
  }

  private static final class Factory implements RowStoreFactory {

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public MemoryForecast forecast(StoreSpec spec) {
      return MemoryForecast.none();
    }

    @Override
    public RowStore open(StoreSpec spec) {
      var flip = BitFlippingStore.Flip.of(spec.own(), spec.tables().rows(), spec.format().bytes());
      return new BitFlippingStore(new NaiveRowStore(spec), flip);
    }
  }
}
