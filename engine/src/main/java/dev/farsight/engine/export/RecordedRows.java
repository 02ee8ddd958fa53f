package dev.farsight.engine.export;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.engine.checkpoint.CheckpointReader;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Path;

/** Finds the rows that a checkpoint does not have in its own files. */
public final class RecordedRows {

  private RecordedRows() {}

  /**
   * Opens the rows below those in a checkpoint's files, for {@link CheckpointReader#rows}: of the
   * run's persistent store, or initial ones. The caller closes them.
   *
   * @throws FarsightException if the store cannot be opened
   */
  public static RowReader below(CheckpointReader checkpoint, Components components) {
    CheckpointReader.Info info = checkpoint.info();
    if (info.store().isPresent()) {
      return store(checkpoint, info, components);
    }
    InitialRows initial = info.initial();
    var noSettings = Settings.of("farsight.storage", ConfigFactory.empty());
    return CheckpointReader.unwritten(
        new StoreSpec(initial.tables(), initial.format(), initial, noSettings, 1));
  }

  /**
   * Opens the store that the checkpoint's configuration names, for reading only. That may be
   * anybody's configuration, and a path in it anybody's folder: nothing is created or changed
   * there, and {@link CheckpointReader#rows} refuses a store of another identity.
   */
  private static RowReader store(
      CheckpointReader checkpoint, CheckpointReader.Info info, Components components) {
    var farsight = Settings.of("farsight", info.config());
    try {
      return components
          .store(farsight)
          .openReader(spec(farsight, info.initial(), info.runDirectory()));
    } catch (ConfigException | com.typesafe.config.ConfigException e) {
      throw new FarsightException(
          "%s: the store of its configuration cannot be opened: %s"
              .formatted(checkpoint.path(), Quoted.of(String.valueOf(e.getMessage()))),
          e);
    }
  }

  /** The specification of a configured store. */
  static StoreSpec spec(Settings farsight, InitialRows initial, Path runDirectory) {
    Settings storage = farsight.section("storage");
    return new StoreSpec(
        initial.tables(),
        initial.format(),
        initial,
        storage.section(storage.string("backend")),
        1,
        runDirectory);
  }
}
