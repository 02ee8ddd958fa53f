package dev.farsight.storage.offheap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.testkit.plugin.RegisteredFactories;
import dev.farsight.testkit.store.StoreComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffHeapStoreFactoryTest {

  /** 2^20 rows of 512 bytes: 512 MiB, and 128 KiB of bits. */
  private static final int ROWS = 1 << 20;

  @TempDir private Path root;

  private static StoreSpec spec(int rows, String settings) {
    var tables = new TableSet(List.of(new Table("a", rows - 7), new Table("b", 7)));
    var format = RowFormat.of(127, 1);
    return new StoreSpec(
        tables, format, new InitialRows(tables, format, 1), TestSettings.of(settings), 3);
  }

  private void hostHas(long kibibytes) throws IOException {
    Files.createDirectories(root.resolve("proc"));
    Files.writeString(root.resolve("proc/meminfo"), "MemAvailable: " + kibibytes + " kB\n");
  }

  @Test
  void thePluginOffersIt() {
    var stores = RegisteredFactories.ofService(OffHeapPlugin.class).stores();
    assertThat(stores).containsOnlyKeys("offheap");
    assertThat(stores.get("offheap").name()).isEqualTo("offheap");
  }

  @Test
  void forecastsRowsAndBits() {
    var forecast = new OffHeapStoreFactory().forecast(spec(ROWS, ""));
    assertThat(forecast.bytes(Tier.HOST)).isEqualTo((512L << 20) + (128 << 10));
    assertThat(forecast.lines()).hasSize(2);
  }

  @Test
  void refusesMoreThanTheHostHas() throws IOException {
    hostHas(400 << 10);
    var factory = new OffHeapStoreFactory(root);
    assertThatThrownBy(() -> factory.open(spec(ROWS, "")))
        .isInstanceOf(FarsightException.class)
        .hasMessage(
            "storage offheap needs 512.1 MiB for 1048576 rows of 512 bytes, the host has 400.0 MiB"
                + " (MemAvailable of /proc/meminfo); make model.embedding-dim or the tables"
                + " smaller, or set farsight.storage.offheap.memory-limit if the host can give"
                + " more than it says");
  }

  @Test
  void theMemoryLimitStandsAboveTheHostsWord() throws IOException {
    hostHas(400 << 10);
    var factory = new OffHeapStoreFactory(root);
    factory.open(spec(ROWS, "memory-limit = 513 MiB")).close();
    hostHas(600 << 10);
    factory.open(spec(ROWS, "")).close();
    assertThatThrownBy(() -> factory.open(spec(ROWS, "memory-limit = 512 MiB")))
        .isInstanceOf(FarsightException.class)
        .hasMessage(
            "storage offheap needs 512.1 MiB for 1048576 rows of 512 bytes,"
                + " farsight.storage.offheap.memory-limit is 512.0 MiB; raise it, or make"
                + " model.embedding-dim or the tables smaller");
  }

  @Test
  void wrongSettingsAreNamedWithTheirPlace() {
    var factory = new OffHeapStoreFactory();
    assertThatThrownBy(() -> factory.open(spec(ROWS, "populate = eager")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "my.conf: 1: farsight.storage.offheap.populate: 'eager' is none of lazy, parallel");
    assertThatThrownBy(() -> factory.open(spec(ROWS, "huge-pages = 1")))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith("is none of auto, on, off");
    assertThatThrownBy(() -> factory.open(spec(ROWS, "memory-limit = much")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("memory-limit: 'much' is not a size");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "populate = parallel, huge-pages = off",
        "populate = parallel, huge-pages = auto",
        "populate = lazy, huge-pages = off"
      })
  void rowsAreTheSameUnderEverySetting(String settings) {
    long seed = 5;
    try (var store = new OffHeapStoreFactory().open(spec(20_000, settings))) {
      var comparison = new StoreComparison(store, seed);
      for (int call = 0; call < 10; call++) {
        comparison.write(comparison.ids(500, 20_000, 1, 0));
        comparison.verify(comparison.ids(500, 20_000, 1, 0));
      }
      comparison.verify(19_992, 19_993, 19_999);
    }
  }

  @Test
  void anOpenThatFailsMayBeRepeated() throws IOException {
    hostHas(1);
    var factory = new OffHeapStoreFactory(root);
    assertThatThrownBy(() -> factory.open(spec(ROWS, ""))).isInstanceOf(FarsightException.class);
    hostHas(600 << 10);
    assertThatCode(() -> factory.open(spec(ROWS, "")).close()).doesNotThrowAnyException();
  }
}
