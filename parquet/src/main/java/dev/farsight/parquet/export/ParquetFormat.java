package dev.farsight.parquet.export;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.export.ExportedModel;
import dev.farsight.api.export.ScoreWriter;
import dev.farsight.api.internal.FileNames;
import dev.farsight.api.table.RowFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * Apache Parquet files, uncompressed:
 *
 * <pre>
 * dense.parquet       name string, optimizer_state bool, shape list of int32, value list of float
 * rows/C1.parquet     index int32, weight list of float, state list of float; one file a table
 * rows/C1.removed.parquet  index int32: of changed rows, those written in the earlier state alone
 * </pre>
 *
 * Scores are one file with a string for each field, {@code logit} and {@code probability} float.
 *
 * <p>State is left out where the optimizer has none. One row of Parquet is one row of a table, or
 * one dense parameter in row-major order. Rows are ascending by index.
 */
public final class ParquetFormat implements ExportFormat {

  @Override
  public String name() {
    return "parquet";
  }

  @Override
  public void write(ExportedModel model, Path folder) throws IOException {
    writeDense(model, folder.resolve("dense.parquet"));
    Path rows = Files.createDirectory(folder.resolve("rows"));
    for (int t = 0; t < model.tables().size(); t++) {
      String name = FileNames.of(model.tables().get(t).name());
      writeRows(model, t, rows.resolve(name + ".parquet"));
      if (model.selection() == ExportedModel.Selection.CHANGED) {
        writeRemoved(model, t, rows.resolve(name + ".removed.parquet"));
      }
    }
  }

  @Override
  public boolean writesScores() {
    return true;
  }

  @Override
  public ScoreWriter scores(Path file, ScoreWriter.Columns columns) throws IOException {
    return ScoreFile.create(file, columns);
  }

  private static void writeDense(ExportedModel model, Path file) throws IOException {
    MessageType schema =
        Types.buildMessage()
            .addFields(
                Types.required(PrimitiveTypeName.BINARY)
                    .as(LogicalTypeAnnotation.stringType())
                    .named("name"),
                Types.required(PrimitiveTypeName.BOOLEAN).named("optimizer_state"),
                list(PrimitiveTypeName.INT32, "shape"),
                list(PrimitiveTypeName.FLOAT, "value"))
            .named("dense");
    try (var out = RecordFile.create(file, schema)) {
      for (int p = 0; p < model.parameters().size(); p++) {
        DenseState.Parameter parameter = model.parameters().get(p);
        float[] values = model.values(p);
        out.write(
            record -> {
              record.text(0, parameter.name());
              record.bool(1, parameter.optimizerState());
              record.list(2, parameter.shape().size(), i -> record.add(parameter.shape().get(i)));
              record.list(3, values.length, i -> record.add(values[i]));
            });
      }
    }
  }

  private static void writeRows(ExportedModel model, int table, Path file) throws IOException {
    RowFormat format = model.format();
    var fields =
        Types.buildMessage()
            .addFields(
                Types.required(PrimitiveTypeName.INT32).named("index"),
                list(PrimitiveTypeName.FLOAT, "weight"));
    if (format.stateFloats() > 0) {
      fields = fields.addField(list(PrimitiveTypeName.FLOAT, "state"));
    }
    try (var out = RecordFile.create(file, fields.named("rows"))) {
      model.forEachRow(
          table,
          (index, values, at) ->
              out.write(
                  record -> {
                    record.integer(0, index);
                    record.list(1, format.dim(), i -> record.add(values.get(at + i)));
                    if (format.stateFloats() > 0) {
                      int state = at + format.dim();
                      record.list(2, format.stateFloats(), i -> record.add(values.get(state + i)));
                    }
                  }));
    }
  }

  private static void writeRemoved(ExportedModel model, int table, Path file) throws IOException {
    MessageType schema =
        Types.buildMessage()
            .addField(Types.required(PrimitiveTypeName.INT32).named("index"))
            .named("rows");
    try (var out = RecordFile.create(file, schema)) {
      for (int index : model.removedRows(table)) {
        out.write(record -> record.integer(0, index));
      }
    }
  }

  private static Type list(PrimitiveTypeName element, String name) {
    return Types.requiredList().element(Types.required(element).named("element")).named(name);
  }
}
