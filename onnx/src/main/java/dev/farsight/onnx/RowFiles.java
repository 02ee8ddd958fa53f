package dev.farsight.onnx;

import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.export.ExportedModel;
import dev.farsight.api.internal.FileNames;
import dev.farsight.api.internal.npy.NpyHeader;
import dev.farsight.api.table.Table;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;

/** The two files with the rows of a table: their indices, and their weights. */
record RowFiles(Table table) {

  /** Where they are, in the export. */
  static final String FOLDER = "rows";

  String index() {
    return FileNames.of(table.name()) + ".index.npy";
  }

  String weight() {
    return FileNames.of(table.name()) + ".weight.npy";
  }

  /**
   * Writes the rows, one by one.
   *
   * @param maxNorm the norm to which rows are brought, as evaluation brings them when it looks them
   *     up; infinity for none
   */
  void write(ExportedModel model, int number, double maxNorm, Path folder) throws IOException {
    int rows = model.rows(number);
    int dim = model.format().dim();
    try (var index = new NpyFile(folder.resolve(index()), NpyHeader.INT32, rows);
        var weight = new NpyFile(folder.resolve(weight()), NpyHeader.FLOAT32, rows, dim)) {
      model.forEachRow(
          number,
          (row, values, firstWord) -> {
            index.put(row);
            double norm = norm(values, firstWord, dim);
            double factor = norm > maxNorm ? maxNorm / (norm + MaxNorms.MARGIN) : 1;
            for (int d = 0; d < dim; d++) {
              weight.put((float) (values.get(firstWord + d) * factor));
            }
          });
      index.finish();
      weight.finish();
    }
  }

  private static double norm(FloatBuffer values, int firstWord, int dim) {
    double squares = 0;
    for (int d = 0; d < dim; d++) {
      double value = values.get(firstWord + d);
      squares += value * value;
    }
    return Math.sqrt(squares);
  }
}
