package org.example.scratch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.RowFormat;
import dev.farsight.testkit.plugin.RegisteredFactories;
import dev.farsight.testkit.store.RowStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What every store must do, and what is special to this one: its file and its forecast. */
class ScratchStoreTest extends RowStoreContract {

  /** Rows of 16 weights and 1 float of state: 68 bytes. */
  private static final RowFormat FORMAT = RowFormat.of(16, 1);

  @Override
  protected RowStoreFactory factory() {
    return new ScratchStoreFactory();
  }

  @Test
  void thePluginOffersIt() {
    var registered = RegisteredFactories.ofService(ScratchPlugin.class);
    assertThat(registered.stores()).containsOnlyKeys("scratch");
  }

  @Test
  void noFileIsToBeSeenAlsoWhileTheStoreIsOpen() throws IOException {
    StoreSpec spec = spec(tables(100, 20), FORMAT);
    try (var store = factory().open(spec)) {
      var rows = RowBuffer.allocate(FORMAT, 2, HostBuffers.plain());
      store.write(new long[] {5, 119}, 0, 2, rows, 0).await();
      assertThat(store.stats().bytes()).isEqualTo(2 * 68);
      try (var files = Files.list(spec.directory())) {
        assertThat(files).isEmpty();
      }
    }
  }

  @Test
  void theForecastIsTheSizeOfTheFileOnceEveryRowWasWritten() {
    assertThat(factory().forecast(spec(tables(100, 20), FORMAT)).bytes(Tier.SSD))
        .isEqualTo(120 * 68);
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws IOException {
    StoreSpec spec = spec(tables(100), FORMAT);
    Path file = Files.writeString(spec.directory(), "in the way");
    assertThatThrownBy(() -> factory().open(spec))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("\n");
  }
}
