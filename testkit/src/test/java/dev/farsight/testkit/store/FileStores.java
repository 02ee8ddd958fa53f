package dev.farsight.testkit.store;

import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The factory of {@link FileRowStore}s in the folders of their specs. */
class FileStores implements RowStoreFactory {

  @Override
  public String name() {
    return "file";
  }

  @Override
  public boolean persistent() {
    return true;
  }

  @Override
  public MemoryForecast forecast(StoreSpec spec) {
    return MemoryForecast.none();
  }

  static Path file(StoreSpec spec) {
    return spec.directory().resolve("rows");
  }

  @Override
  public RowStore open(StoreSpec spec) {
    try {
      Files.createDirectories(spec.directory());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return store(spec);
  }

  @Override
  public RowStore reopen(StoreSpec spec) {
    if (!Files.exists(file(spec))) {
      throw new FarsightException(file(spec) + ": is no store");
    }
    return store(spec);
  }

  @Override
  public RowReader openReader(StoreSpec spec) {
    return reopen(spec);
  }

  /** What a spec's folder holds, or a new store. */
  RowStore store(StoreSpec spec) {
    return new FileRowStore(spec, file(spec));
  }
}
