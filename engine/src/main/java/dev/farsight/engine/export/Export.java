package dev.farsight.engine.export;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.export.ExportedModel.Selection;
import dev.farsight.api.table.RowBits;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.model.ModelDirectory;
import dev.farsight.engine.model.StoredModel;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.progress.CountedReads;
import dev.farsight.engine.progress.ProgressMeter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Writes the weights of a model or checkpoint for other programs: all rows that were ever written,
 * every row of every table, or only those that differ from an earlier state. Rows of a model are
 * loaded into memory; those of a checkpoint are not. Writes to the target only.
 */
public final class Export {

  private final Config defaults;
  private final Components components;
  private final RunListener progress;

  /** As {@link #Export(Config, Components, RunListener)}, without telling of progress. */
  public Export(Config defaults, Components components) {
    this(defaults, components, RunListener.NONE);
  }

  /**
   * @param progress is told of phases, and how far they are
   * @param defaults the section {@code farsight} of a configuration; selects the store that holds
   *     the rows of a model
   */
  public Export(Config defaults, Components components, RunListener progress) {
    this.defaults = defaults;
    this.components = components;
    this.progress = progress;
  }

  /**
   * Writes an export.
   *
   * @param source a folder {@code model}, a checkpoint, or a folder of checkpoints, whose last one
   *     is used
   * @param since the earlier state, a folder as for {@code source}: rows with the same values there
   *     are not exported
   * @param target the folder to create
   * @return number of rows written
   */
  public long write(Path source, Optional<Path> since, Path target, ExportFormat format) {
    return write(source, since, false, target, format);
  }

  /**
   * Writes an export of every row of every table: those never written have their initial values.
   *
   * @return number of rows written
   */
  public long writeAllRows(Path source, Path target, ExportFormat format) {
    return write(source, Optional.empty(), true, target, format);
  }

  private long write(
      Path source, Optional<Path> since, boolean allRows, Path target, ExportFormat format) {
    if (Files.exists(target)) {
      throw new FarsightException(target + ": already exists; choose another folder, or delete it");
    }
    try (ExportSource current = open(source, null)) {
      if (allRows) {
        return write(current, StoredModel.allRows(current.rows()), Selection.ALL, target, format);
      }
      if (since.isEmpty()) {
        return write(
            current, StoredModel.writtenRows(current.rows()), Selection.WRITTEN, target, format);
      }
      try (ExportSource earlier = open(since.get(), current)) {
        StateDifference difference = StateDifference.between(earlier.rows(), current.rows());
        return write(
            current,
            difference.changed(),
            Selection.CHANGED,
            target,
            format,
            model -> model.since(difference.removed(), earlier.facts().training()));
      }
    }
  }

  private ExportSource open(Path source, ExportSource other) {
    progress.phase("reading " + source);
    return ExportSource.open(source, defaults, components, other);
  }

  private long write(
      ExportSource source,
      RowBits selected,
      Selection selection,
      Path target,
      ExportFormat format) {
    return write(source, selected, selection, target, format, UnaryOperator.identity());
  }

  private long write(
      ExportSource source,
      RowBits selected,
      Selection selection,
      Path target,
      ExportFormat format,
      UnaryOperator<StoredModel> completed) {
    long rows = selected.count(0, source.rows().spec().tables().rows());
    var meter = ProgressMeter.begin(progress, "writing " + target, rows, "rows");
    var model =
        new StoredModel(
            source.parameters(),
            source.values(),
            new CountedReads(source.rows(), meter),
            selected,
            selection,
            source.facts());
    new ModelDirectory(target).write(completed.apply(model), format);
    meter.end();
    return rows;
  }
}
