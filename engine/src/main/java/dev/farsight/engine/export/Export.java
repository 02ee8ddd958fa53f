package dev.farsight.engine.export;

import dev.farsight.api.table.RowBits;
import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.engine.model.ModelDirectory;
import dev.farsight.engine.model.StoredModel;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Writes the weights of a model or checkpoint for other programs, all rows that were ever trained
 * or those that differ from an earlier state. Rows are held in memory, unless their store persists.
 */
public final class Export {

  private final Config defaults;
  private final Components components;

  /**
   * @param defaults the section {@code farsight} of a configuration
   */
  public Export(Config defaults, Components components) {
    this.defaults = defaults;
    this.components = components;
  }

  /**
   * Writes an export.
   *
   * @param source a folder {@code model}, a checkpoint, or checkpoints, of which the last is taken
   * @param since such a folder too: rows that are the same there are left out
   * @param target the folder to make
   * @return how many rows were written
   */
  public long write(Path source, Optional<Path> since, Path target, ExportFormat format) {
    if (Files.exists(target)) {
      throw new FarsightException(target + ": is there already; name another, or remove it");
    }
    try (ExportSource from = ExportSource.open(source, defaults, components, null)) {
      if (since.isEmpty()) {
        return write(from, StoredModel.written(from.rows()), target, format);
      }
      try (ExportSource before = ExportSource.open(since.get(), defaults, components, from)) {
        return write(from, ChangedRows.between(before.rows(), from.rows()), target, format);
      }
    }
  }

  private static long write(
      ExportSource from, RowBits wanted, Path target, ExportFormat format) {
    var model = new StoredModel(from.parameters(), from.values(), from.rows(), wanted);
    new ModelDirectory(target).write(model, format);
    long rows = 0;
    for (int t = 0; t < model.tables().size(); t++) {
      rows += model.rows(t);
    }
    return rows;
  }
}
