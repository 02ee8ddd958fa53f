package dev.farsight.storage.ssd;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.farsight.api.config.Settings;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.StatePart;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.nio.file.Path;
import java.util.List;

/** Specs of stores under test: the module's reference.conf with some keys set. */
final class SsdRig {

  static final TableSet TABLES =
      new TableSet(List.of(new Table("user", 5000), new Table("item", 3000)));
  static final RowFormat FORMAT = RowFormat.of(8, 1);

  /** As version 0.1 had it for rowwise-adagrad. */
  static final RowFormat FIRST_FORMAT = RowFormat.fp32(8, List.of(new StatePart("adagrad", 1, 0)));

  private static final String PATH = "farsight.storage.ssd";

  private SsdRig() {}

  static Settings settings(String keys) {
    var options = ConfigParseOptions.defaults().setOriginDescription("my.conf");
    var config =
        ConfigFactory.parseString(PATH + " {" + keys + "}", options)
            .withFallback(ConfigFactory.parseResources("reference.conf"))
            .resolve();
    return Settings.of(PATH, config.getConfig(PATH));
  }

  static StoreSpec spec(Path directory, TableSet tables, RowFormat format, long seed, String keys) {
    return new StoreSpec(
        tables,
        format,
        new InitialRows(tables, format, seed),
        settings("path = \"" + directory + "\"," + keys),
        2);
  }

  static StoreSpec spec(Path directory) {
    return spec(directory, TABLES, FORMAT, 7, "maps = 3");
  }

  static RowStore open(Path directory) {
    return new SsdStoreFactory().open(spec(directory));
  }

  static RowBuffer buffer(int rows) {
    return RowBuffer.allocate(FORMAT, rows, HostBuffers.plain());
  }

  /** A row whose every float is a function of its id and of a version. */
  static void fill(RowBuffer buffer, int at, long row, int version) {
    for (int f = 0; f < FORMAT.words(); f++) {
      buffer.floats(at).put(buffer.wordAt(at) + f, value(row, version, f));
    }
  }

  static float value(long row, int version, int f) {
    return row * 64f + version + f / 16f;
  }
}
