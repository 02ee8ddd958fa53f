package dev.farsight.engine.predict;

import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.export.ScoreWriter;
import dev.farsight.engine.plugin.Components;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The formats in which scores are written: csv, npy, and those of plugins. */
final class ScoreFormats {

  static final String CSV = "csv";
  static final String NPY = "npy";

  private ScoreFormats() {}

  static SortedSet<String> names(Components components) {
    var names = new TreeSet<>(List.of(CSV, NPY));
    Collection<ExportFormat> formats = components.exportFormats().values();
    formats.stream().filter(ExportFormat::writesScores).map(ExportFormat::name).forEach(names::add);
    return names;
  }

  static ScoreWriter open(
      String format, Components components, Path file, ScoreWriter.Columns columns)
      throws IOException {
    return switch (format) {
      case CSV -> new CsvScores(file, columns);
      case NPY -> new NpyScores(file, columns);
      default -> components.exportFormats().get(format).scores(file, columns);
    };
  }
}
