package dev.farsight.engine.export;

import com.typesafe.config.Config;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.table.InitialRows;
import dev.farsight.engine.checkpoint.CheckpointReader;
import dev.farsight.engine.checkpoint.DenseValues;
import dev.farsight.engine.model.ModelFacts;
import dev.farsight.engine.model.SavedModel;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The weights of a {@code model} directory or of a checkpoint. The rows of a model are loaded into
 * a store in memory; those of a checkpoint are read from its files and, if the run's store is
 * persistent, from that store. Nothing is written.
 */
final class ExportSource implements AutoCloseable {

  private final List<DenseState.Parameter> parameters;
  private final float[][] values;
  private final RowReader rows;
  private final RowReader opened;
  private final Optional<String> storeId;
  private final ModelFacts facts;

  private ExportSource(
      DenseValues dense,
      RowReader rows,
      RowReader opened,
      Optional<String> storeId,
      ModelFacts facts) {
    this.parameters = dense.parameters();
    this.values = dense.values();
    this.rows = rows;
    this.opened = opened;
    this.storeId = storeId;
    this.facts = facts;
  }

  /**
   * Opens a model, a checkpoint, or a folder of checkpoints, whose last one is used.
   *
   * @param defaults the section {@code farsight} of a configuration; selects the store that holds
   *     rows in memory
   * @param other a source that is already open; its persistent store is shared if it is the same
   *     one. May be null
   */
  static ExportSource open(Path path, Config defaults, Components components, ExportSource other) {
    if (Files.exists(path.resolve("model.json"))) {
      return openModel(new SavedModel(path), defaults, components);
    }
    List<CheckpointReader> checkpoints = CheckpointReader.list(path);
    return openCheckpoint(checkpoints.get(checkpoints.size() - 1), components, other);
  }

  private static ExportSource openModel(SavedModel model, Config defaults, Components components) {
    var parameters = model.parameters();
    var dense = new DenseValues(parameters, model.loadDense(parameters));
    ModelFacts facts = model.facts();
    RowStore store = inMemory(defaults, components, model.initial());
    try {
      model.loadRows(store);
      return new ExportSource(dense, store, store, Optional.empty(), facts);
    } catch (RuntimeException | Error e) {
      store.close();
      throw e;
    }
  }

  /** Opens a store in memory. */
  private static RowStore inMemory(Config defaults, Components components, InitialRows initial) {
    var farsight = Settings.of("farsight", defaults);
    RowStoreFactory stores = components.store(farsight);
    if (stores.persistent()) {
      throw new ConfigException(
          "farsight.storage.backend: rows are exported through a store in memory, but %s keeps them; leave it at its default"
              .formatted(stores.name()));
    }
    return stores.open(RecordedRows.spec(farsight, initial, null));
  }

  private static ExportSource openCheckpoint(
      CheckpointReader checkpoint, Components components, ExportSource other) {
    CheckpointReader.Info info = checkpoint.info();
    boolean shared =
        other != null
            && info.store().isPresent()
            && info.store().equals(other.storeId)
            && info.generation() == other.opened.spec().initial().generation();
    RowReader store = shared ? other.opened : RecordedRows.below(checkpoint, components);
    try {
      return new ExportSource(
          checkpoint.dense(), checkpoint.rows(store), store, info.store(), checkpoint.facts());
    } catch (RuntimeException | Error e) {
      store.close();
      throw e;
    }
  }

  List<DenseState.Parameter> parameters() {
    return parameters;
  }

  float[][] values() {
    return values;
  }

  RowReader rows() {
    return rows;
  }

  /** What the model has beside its weights. */
  ModelFacts facts() {
    return facts;
  }

  @Override
  public void close() {
    if (rows != opened) {
      rows.close();
    }
    opened.close();
  }
}
