package org.example.scratch;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.config.Settings;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.RowBits;
import java.nio.file.Path;
import java.util.Optional;

/** {@code storage.backend = scratch}. */
final class ScratchStoreFactory implements RowStoreFactory {

  private static final String FOLDER = "folder";

  @Override
  public String name() {
    return "scratch";
  }

  @Override
  public void check(Settings own) {
    folder(own);
  }

  /** What it takes at most: once every row was written. */
  @Override
  public MemoryForecast forecast(StoreSpec spec) {
    return MemoryForecast.of(Tier.SSD, "embedding rows, scratch file", spec.bytes())
        .plus(
            MemoryForecast.of(
                Tier.HEAP, "which rows were written", RowBits.bytes(spec.tables().rows())));
  }

  @Override
  public RowStore open(StoreSpec spec) {
    return new ScratchStore(spec, ScratchFile.in(folder(spec.own()).orElse(spec.directory())));
  }

  private static Optional<Path> folder(Settings own) {
    return own.optionalPath(FOLDER);
  }
}
